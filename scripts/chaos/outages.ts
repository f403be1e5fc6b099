import { seeded } from '../bench/photos.ts';
import type { Call } from './call.ts';

/** A while in which all calls of some kind are refused. Times in ms since the load began. */
export interface Outage {
  name: string;
  fromMs: number;
  toMs: number;
  hits(call: Call): boolean;
}

const FIRST_MS = 3_000;
const EVERY_MS = 12_000;
const SHORTEST_MS = 2_000;
const LONGEST_MS = 5_000;

/** What fails for a while, in turn. */
const KINDS: readonly Pick<Outage, 'name' | 'hits'>[] = [
  { name: 'bucket', hits: ({ service }) => service === 's3' },
  { name: 'EC2', hits: ({ service }) => service === 'ec2' },
  { name: 'pushes', hits: ({ service }) => service === 'push' },
  { name: 'response queue', hits: ({ target }) => target === 'response-queue' },
  { name: 'listeners in the bucket', hits: ({ target }) => target === 'rebind' },
  { name: 'request queue', hits: ({ target }) => target === 'request-queue' },
  { name: 'fleet state in the bucket', hits: ({ target }) => target === 'state' },
];

/** One outage after the other, of one kind after the other, for as long as the load lasts. */
export class Outages {
  readonly #seed: number;

  constructor(seed: number) {
    this.#seed = seed;
  }

  /** The one that is on, `atMs` since the load began. */
  at(atMs: number): Outage | undefined {
    if (atMs < FIRST_MS) return undefined;
    const outage = this.#nth(Math.floor((atMs - FIRST_MS) / EVERY_MS));
    return atMs < outage.toMs ? outage : undefined;
  }

  /** Those that began by then. */
  until(atMs: number): Outage[] {
    const count = Math.max(0, Math.ceil((atMs - FIRST_MS) / EVERY_MS));
    return Array.from({ length: count }, (_, n) => this.#nth(n));
  }

  #nth(n: number): Outage {
    const kind = KINDS[n % KINDS.length];
    if (!kind) throw new RangeError('no kinds');
    const fromMs = FIRST_MS + n * EVERY_MS;
    const random = seeded(this.#seed + n)();
    return { ...kind, fromMs, toMs: fromMs + SHORTEST_MS + random * (LONGEST_MS - SHORTEST_MS) };
  }
}
