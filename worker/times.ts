import type { Config } from '../shared/config.ts';

/** Every span of time that the worker keeps, so that tests can shorten them. */
export interface Times {
  /** Visibility timeout that a heartbeat sets, in s. */
  visibilitySeconds: number;
  /** Between two heartbeats, in ms. */
  heartbeatMs: number;
  /** How long a poll of a queue waits for a message, in s; SQS allows 20. */
  longPollSeconds: number;
  /** For a whole download: redirects, body and further tries, in ms. */
  downloadMs: number;
  /** How long a message that arrives after its deadline may be tried to be answered, in ms. */
  graceMs: number;
  /** Without a job for this long, a worker counts as idle, in ms. */
  idleAfterMs: number;
  /** After which a terminate message says nothing any more, in ms. */
  terminateFreshMs: number;
  /** Between two `classifycloud:seen` tags, in ms. */
  seenMs: number;
  /** Between two looks for a Spot notice, in ms. */
  spotLookMs: number;
  /** How long before a Spot machine is gone what is not finished is handed back, in ms. */
  spotMarginMs: number;
  /** How long a parked worker waits for its machine to be stopped, in ms. */
  parkingMs: number;
}

export const TIMES: Omit<Times, keyof ReturnType<typeof timesOf>> = {
  longPollSeconds: 20,
  downloadMs: 10_000,
  graceMs: 10_000,
  idleAfterMs: 250,
  terminateFreshMs: 5_000,
  seenMs: 60_000,
  spotLookMs: 5_000,
  spotMarginMs: 5_000,
  parkingMs: 180_000,
};

/** Those that are settings. */
export const timesOf = (config: Config<'VISIBILITY_SECONDS' | 'HEARTBEAT_SECONDS'>) => ({
  visibilitySeconds: config.VISIBILITY_SECONDS,
  heartbeatMs: config.HEARTBEAT_SECONDS * 1000,
});

/**
 * Refuses times with which messages would slip away while they are worked on.
 * @throws RangeError where two heartbeats, one of them lost, do not fit into the visibility timeout
 */
export function checkTimes({ heartbeatMs, visibilitySeconds }: Times): void {
  if (heartbeatMs * 2 < visibilitySeconds * 1000) return;
  throw new RangeError(
    `a heartbeat every ${heartbeatMs} ms cannot keep up a visibility timeout of ${visibilitySeconds} s`,
  );
}
