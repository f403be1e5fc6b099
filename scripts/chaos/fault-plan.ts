import { seeded } from '../bench/photos.ts';
import type { Call } from './call.ts';
import type { Outages } from './outages.ts';

/**
 * What becomes of a call:
 * - `refuse`: 500, or 503 and its like where `throttled`; nothing is done;
 * - `reset`: the connection breaks; nothing is done;
 * - `lose`: it is done, and the connection breaks before the answer;
 * - `hang`: there never is an answer; it is done, or not;
 * - `part`: of a batch some entries are refused; anything else is refused whole.
 */
export type Fault =
  | { kind: 'refuse'; throttled: boolean }
  | { kind: 'reset' | 'lose' | 'part' }
  | { kind: 'hang'; done: boolean };

/** Shares of the faults, of 1. A hang holds its caller for seconds: few of them are many. */
const KINDS: [share: number, fault: Fault][] = [
  [0.25, { kind: 'refuse', throttled: false }],
  [0.25, { kind: 'refuse', throttled: true }],
  [0.15, { kind: 'reset' }],
  [0.16, { kind: 'lose' }],
  [0.15, { kind: 'part' }],
  [0.02, { kind: 'hang', done: false }],
  [0.02, { kind: 'hang', done: true }],
];

const DELAYED_SHARE = 0.1;
const LONGEST_DELAY_MS = 300;

export interface FaultPlanOptions {
  seed: number;
  /** Of the calls that meet a fault, 0..1, outages not counted. */
  share: number;
  outages: Pick<Outages, 'at'>;
}

/** Which calls meet which fault: the n-th call of a kind meets the same one whenever the seed is the same. */
export class FaultPlan {
  readonly #options: FaultPlanOptions;
  readonly #streams = new Map<string, () => number>();

  constructor(options: FaultPlanOptions) {
    this.#options = options;
  }

  /** @param atMs since the load began */
  next(call: Call, atMs: number): { fault: Fault | undefined; delayMs: number } {
    const random = this.stream(`${call.service} ${call.operation} ${call.target}`);
    const [which, kind, delayed, delay] = [random(), random(), random(), random()];
    const delayMs = delayed < DELAYED_SHARE ? delay * LONGEST_DELAY_MS : 0;
    if (this.#options.outages.at(atMs)?.hits(call))
      return { fault: { kind: 'refuse', throttled: kind < 0.5 }, delayMs };
    return { fault: which < this.#options.share ? kindAt(kind) : undefined, delayMs };
  }

  /** Numbers 0..1 of their own for each name. */
  stream(name: string): () => number {
    let stream = this.#streams.get(name);
    if (!stream) {
      stream = seeded(this.#options.seed ^ hash(name));
      this.#streams.set(name, stream);
    }
    return stream;
  }
}

function kindAt(at: number): Fault {
  let sum = 0;
  for (const [share, fault] of KINDS) {
    sum += share;
    if (at < sum) return fault;
  }
  return { kind: 'reset' };
}

/** 32 bits of a text (FNV-1a, public domain, by Fowler, Noll and Vo). */
function hash(text: string): number {
  let value = 0x811c9dc5;
  for (const character of text) value = Math.imul(value ^ character.charCodeAt(0), 0x01000193);
  return value;
}
