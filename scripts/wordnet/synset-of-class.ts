import { CHOSEN_SENSES } from './chosen-senses.ts';
import type { Synset } from './noun-synsets.ts';

/**
 * The synset of each class. Most names have one sense only, or the order tells which: the classes stand in the order of
 * their ids, which are offsets in WordNet 3.0. What is left is taken from {@link CHOSEN_SENSES}.
 *
 * @param names of the classes, in their order
 * @returns offsets, ascending
 * @throws Error where a name is not in WordNet, or several senses are left, or what was chosen is none of them
 */
export function synsetsOfClasses(names: readonly string[], synsets: ReadonlyMap<number, Synset>): number[] {
  const left = inOrder(sensesOf(names, synsets));
  const chosen = new Map(CHOSEN_SENSES.map(([index, offset]) => [index, offset]));
  return left.map((senses, i) => {
    const [only] = senses;
    const offset = senses.length === 1 ? only : chosen.get(i + 1);
    if (offset === undefined || !senses.includes(offset))
      throw new Error(`class ${i + 1}, "${names[i]}", may be any of the synsets ${senses.join(', ')}`);
    return offset;
  });
}

function sensesOf(names: readonly string[], synsets: ReadonlyMap<number, Synset>): number[][] {
  const byName = new Map<string, number[]>();
  for (const [offset, synset] of synsets)
    for (const name of new Set(synset.names.map(normal)))
      byName.set(name, [...(byName.get(name) ?? []), offset]);
  return names.map((name) => byName.get(normal(name)) ?? []);
}
const normal = (name: string) => name.toLowerCase();

/** Those senses of each that fit between some of the one before and some of the one after. */
function inOrder(senses: readonly number[][]): number[][] {
  let least = 0;
  const after = senses.map((some) => {
    const left = some.filter((offset) => offset > least);
    least = Math.min(...left);
    return left;
  });
  let most = Number.POSITIVE_INFINITY;
  return after
    .reverse()
    .map((some) => {
      const left = some.filter((offset) => offset < most);
      most = Math.max(...left);
      return left;
    })
    .reverse();
}
