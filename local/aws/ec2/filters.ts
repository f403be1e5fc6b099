import { invalidValue } from './errors.ts';
import type { Filters } from './requests.ts';
import type { Tags } from './tags.ts';

/** What filters can ask about a resource. */
export interface Filterable {
  readonly tags: Tags;
  /** Values by filter name, e.g. `instance-state-name`. */
  readonly fields: Readonly<Record<string, string | undefined>>;
}

/**
 * Makes one test of several filters: a resource passes if each filter is met by one of its values, in which
 * `*` stands for any characters and `?` for one.
 * @throws Ec2Error `InvalidParameterValue` (when the test is run) for a filter that does not exist here
 */
export function compileFilters(filters: Filters): (resource: Filterable) => boolean {
  const tests = filters.map(({ Name, Value }) => {
    const patterns = Value.map(compilePattern);
    return (resource: Filterable) =>
      candidates(Name, resource).some((value) => patterns.some((pattern) => pattern.test(value)));
  });
  return (resource) => tests.every((test) => test(resource));
}

function candidates(name: string, { tags, fields }: Filterable): string[] {
  if (name === 'tag-key') return Object.keys(tags);
  if (name === 'tag-value') return Object.values(tags);
  const value = name.startsWith('tag:') ? tags[name.slice('tag:'.length)] : fields[name];
  if (!name.startsWith('tag:') && !(name in fields)) throw invalidValue(`The filter '${name}' is invalid`);
  return value === undefined ? [] : [value];
}

function compilePattern(text: string): RegExp {
  const source = text.replace(/[*?]|[\\^$.+()|[\]{}]/g, (character) => {
    if (character === '*') return '.*';
    return character === '?' ? '.' : `\\${character}`;
  });
  return new RegExp(`^${source}$`, 's');
}
