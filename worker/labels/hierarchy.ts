import * as z from 'zod';
import { CATEGORIES, type Category } from '../../shared/categories.ts';
import { once } from '../../shared/once.ts';
import { CLASSES, KINDS } from './imagenet-hierarchy.ts';

/** What a class is a kind of. */
export interface Place {
  /** The nearest first; each comes before those that it is a kind of itself. */
  readonly parents: readonly string[];
  readonly category: Category;
}

/** The places of the 1,000 classes of ImageNet, in their order: read when they are first asked for. */
export const imagenetPlaces = once((): readonly Place[] => {
  const kinds = linesOf(KINDS).map(([name = '', above]) => ({ name, above: numbersIn(above) }));
  return linesOf(CLASSES).map(([, category, parents]) => ({
    parents: parentsIn(kinds, numbersIn(parents)),
    category: z.enum(CATEGORIES).parse(category),
  }));
});

interface Kind {
  readonly name: string;
  /** Places of kinds that stand before it. */
  readonly above: readonly number[];
}

/** All that can be reached, by the longest way there. */
function parentsIn(kinds: readonly Kind[], nearest: readonly number[]): string[] {
  const reached = new Set(nearest);
  for (const place of reached) for (const above of kinds[place]?.above ?? []) reached.add(above);
  const far = new Map(nearest.map((place) => [place, 1]));
  // From the last place to the first: whatever leads to a kind has been seen before it.
  for (const place of [...reached].sort((a, b) => b - a))
    for (const above of kinds[place]?.above ?? [])
      far.set(above, Math.max(far.get(above) ?? 0, (far.get(place) ?? 0) + 1));
  const ordered = [...far].sort(([one, a], [other, b]) => a - b || other - one);
  const names = ordered.map(([place]) => kinds[place]?.name ?? '');
  // Of two kinds of one name, such as food that is solid and food, the wider is meant.
  return names.filter((name, i) => names.lastIndexOf(name) === i);
}

const linesOf = (table: string) =>
  table
    .trim()
    .split('\n')
    .map((line) => line.split('|'));
const numbersIn = (text = '') => (text === '' ? [] : text.split(',').map(Number));
