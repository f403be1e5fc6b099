import { smooth } from './service-time.ts';

/** SQS gives ten messages at most at a time. */
export const MAX_RECEIVE = 10;

/** However slow the downloads are: each may bring 20 MB into memory. */
const MAX_DOWNLOADING = 12;

/**
 * How many jobs a worker downloads, decodes and infers at once: for each thread one in inference and two on their way
 * to it, one more to hand over, and as many as the worker could finish in the time of a download (Little's law), so that
 * slow hosts idle no thread. Not more: what waits here could be worked on by an idle worker.
 * @param downloadMs mean time of a download, in ms
 * @param serviceMs mean time that the whole worker takes for a job, in ms
 */
export function slotsFor(threads: number, downloadMs = 0, serviceMs = 1): number {
  const downloading = Math.floor(downloadMs / Math.max(1, serviceMs));
  return threads * 3 + 1 + Math.min(MAX_DOWNLOADING, downloading);
}

/** Keeps the number of slots by what the last jobs took. */
export class Prefetch {
  readonly #threads: number;
  #downloadMs: number | undefined;
  #serviceMs: number | undefined;

  constructor(threads: number) {
    this.#threads = threads;
  }

  /** Times of a job, in ms. */
  worked(serviceMs: number, downloadMs: number): void {
    this.#serviceMs = smooth(this.#serviceMs, serviceMs);
    this.#downloadMs = smooth(this.#downloadMs, downloadMs);
  }

  get slots(): number {
    return slotsFor(this.#threads, this.#downloadMs, this.#serviceMs);
  }
}

/**
 * Jobs that wait for a model, or whose outcome is known and that are no more than stored, sent and deleted, hold no slot. So
 * many for each slot: a worker of one thread has room for ten that wait to be stored together, and ten to be deleted.
 */
const ASIDE_PER_SLOT = 5;

/** How many messages to ask for now. `held` counts all messages, `working` those that are worked on. */
export function roomFor({ slots, working, held }: { slots: number; working: number; held: number }): number {
  return Math.max(0, Math.min(MAX_RECEIVE, slots - working, slots * (1 + ASIDE_PER_SLOT) - held));
}
