import { basename, extname } from 'node:path';

/**
 * Finds classes by name, as the names of files and tables spell them. A name that is spelled just so is taken so:
 * "Cardigan" is a dog and "cardigan" a garment. Otherwise case, hyphens, apostrophes and underscores do not count,
 * and of several names with commas between ("tench, Tinca tinca") the first that is known does.
 */
export class ClassNames {
  readonly #exact: ReadonlyMap<string, readonly number[]>;
  readonly #loose: ReadonlyMap<string, readonly number[]>;

  /** @param labels Names by index; the background class, index 0, cannot be found. */
  constructor(labels: readonly string[]) {
    this.#exact = indicesBy(labels, (label) => label);
    this.#loose = indicesBy(labels, loosely);
  }

  /** The indices of the classes of this name: none, one, or two ("crane" and "maillot" stand twice). */
  find(name: string): readonly number[] {
    for (const part of [name, ...name.split(',')]) {
      const spelled = part.replaceAll('_', ' ').trim();
      const found = this.#exact.get(spelled) ?? this.#loose.get(loosely(spelled));
      if (found !== undefined) return found;
    }
    return [];
  }
}

/** The class that a file's name tells: what follows the first underscore, or all of it where there is none. */
export function classNameIn(file: string): string {
  const name = basename(file, extname(file));
  return name.slice(name.indexOf('_') + 1);
}

function indicesBy(
  labels: readonly string[],
  key: (label: string) => string,
): Map<string, readonly number[]> {
  const indices = new Map<string, readonly number[]>();
  for (const [index, label] of labels.entries()) {
    if (index > 0) indices.set(key(label), [...(indices.get(key(label)) ?? []), index]);
  }
  return indices;
}

function loosely(name: string): string {
  return name
    .toLowerCase()
    .replace(/['’]/g, '')
    .replace(/[^a-z0-9]+/g, ' ')
    .trim();
}
