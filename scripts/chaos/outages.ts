import type { Call } from './call.ts';

/** A while in which all calls of some kind are refused. Times in ms since the load began. */
export interface Outage {
  name: string;
  fromMs: number;
  toMs: number;
  hits(call: Call): boolean;
}

const FIRST_MS = 3_000;
const EVERY_MS = 9_000;

/** What fails for a while, in turn, and for how long, in ms. */
const KINDS: Pick<Outage, 'name' | 'hits'>[] = [
  { name: 'bucket', hits: ({ service }) => service === 's3' },
  { name: 'EC2', hits: ({ service }) => service === 'ec2' },
  { name: 'pushes', hits: ({ service }) => service === 'push' },
  { name: 'response queue', hits: ({ target }) => target === 'response-queue' },
  { name: 'listeners in the bucket', hits: ({ target }) => target === 'rebind' },
  { name: 'request queue', hits: ({ target }) => target === 'request-queue' },
  { name: 'fleet state in the bucket', hits: ({ target }) => target === 'state' },
];

/** Outages of 2 to 6 s, one kind after the other, for as long as the load lasts. */
export function outagesWithin(loadMs: number, random: () => number): Outage[] {
  const count = Math.max(0, Math.floor((loadMs - FIRST_MS) / EVERY_MS) + 1);
  return Array.from({ length: count }, (_, n) => {
    const kind = KINDS[n % KINDS.length];
    if (!kind) throw new RangeError('no kinds');
    const fromMs = FIRST_MS + n * EVERY_MS;
    return { ...kind, fromMs, toMs: fromMs + 2_000 + random() * 4_000 };
  });
}
