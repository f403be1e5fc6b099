import { seededRandom } from '../shared/random.ts';

/** A seed for one part of a run, such as an epoch, so that the part can be done again by itself. */
export function derivedSeed(seed: number, part: number): number {
  return Math.floor(seededRandom(seed + Math.imul(part, 0x9e3779b1)).uniform() * 2 ** 31);
}

/** The indices in another order, each order as likely (Fisher and Yates), the same for the same seed. */
export function shuffled(indices: Iterable<number>, seed: number): Uint32Array {
  const order = Uint32Array.from(indices);
  const random = seededRandom(seed);
  for (let at = order.length - 1; at > 0; at--) {
    const other = Math.floor(random.uniform() * (at + 1));
    const value = order[at] ?? 0;
    order[at] = order[other] ?? 0;
    order[other] = value;
  }
  return order;
}
