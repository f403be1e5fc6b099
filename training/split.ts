import { derivedSeed, shuffled } from './shuffle.ts';

/**
 * Divides examples in two, each class in the same proportion, so that no part lacks one.
 *
 * @param share Of the second part, 0..1; each class with more than one example gives it one at least.
 * @returns Indices, mixed.
 */
export function splitByClass(labels: Uint8Array, share: number, seed: number): [Uint32Array, Uint32Array] {
  const byClass = new Map<number, number[]>();
  for (const [index, label] of labels.entries()) {
    const same = byClass.get(label);
    if (same === undefined) byClass.set(label, [index]);
    else same.push(index);
  }
  const parts: [number[], number[]] = [[], []];
  for (const [label, indices] of byClass) {
    const count = Math.min(indices.length - 1, Math.max(1, Math.round(share * indices.length)));
    const mixed = shuffled(indices, derivedSeed(seed, label + 1));
    for (const [at, index] of mixed.entries()) parts[at < count ? 1 : 0].push(index);
  }
  return [shuffled(parts[0], derivedSeed(seed, 0)), shuffled(parts[1], derivedSeed(seed, -1))];
}
