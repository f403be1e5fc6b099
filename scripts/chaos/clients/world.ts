import { setTimeout as sleep } from 'node:timers/promises';
import type { Journal } from './journal.ts';

/** What the clients of a run have in common. */
export interface World {
  ws: string;
  http: string;
  /** The same sockets through a bad network. */
  badWs: string;
  requestTimeoutSeconds: number;
  journal: Journal;
  random: () => number;
  /** Aborts when the run is given up. */
  signal: AbortSignal;
}

const LOOK_EVERY_MS = 25;

/** Waits for a condition. @returns whether it came within `ms` */
export async function comes({ signal }: World, condition: () => boolean, ms: number): Promise<boolean> {
  for (const end = performance.now() + ms; !condition(); ) {
    if (performance.now() > end) return false;
    signal.throwIfAborted();
    await sleep(LOOK_EVERY_MS);
  }
  return true;
}

/** Waits between 0 and `mostMs`. */
export const sleepUpTo = ({ random, signal }: World, mostMs: number): Promise<void> =>
  sleep(random() * mostMs, undefined, { signal });
