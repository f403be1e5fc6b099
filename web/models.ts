import { byId, make } from './dom.ts';
import { base } from './settings.ts';

/** `GET /models`, as far as the page reads it. */
interface Models {
  readonly default: string;
  readonly models: readonly {
    readonly name: string;
    readonly versions: readonly { readonly task: string }[];
  }[];
}

const choice = byId('model', HTMLSelectElement);

/** The model that is chosen; undefined: the stage's own choice. */
export const chosenModel = (): string | undefined => choice.value || undefined;

/** Offers what the stage serves, each time that somebody looks at the options: it may have changed. */
export function offerModels(options: HTMLDetailsElement): void {
  options.addEventListener('toggle', async () => {
    if (!options.open) return;
    try {
      const response = await fetch(new URL('models', base), { signal: AbortSignal.timeout(10_000) });
      if (response.ok) fill(await response.json());
    } catch {
      // What was offered before stays; without it the stage chooses.
    }
  });
}

function fill({ default: usual, models }: Models): void {
  const before = choice.value;
  const others = models.filter(({ name }) => name !== usual);
  choice.replaceChildren(
    make('option', { value: '' }, usual),
    ...others.map(({ name }) => make('option', {}, name)),
  );
  choice.value = others.some(({ name }) => name === before) ? before : '';
  byId('model-choice', HTMLLabelElement).hidden = others.length === 0;
  const moderates = models.some(({ versions }) => versions.some(({ task }) => task === 'moderation'));
  byId('moderation-choice', HTMLLabelElement).hidden = !moderates;
}
