import type { StoredOutcome } from '../shared/results.ts';

/** A message received this often has killed, or outlived, three workers. */
export const MAX_RECEIVES = 4;

/** A message seen before may have been done before: it is looked up first. */
export const needsLookUp = (receiveCount: number): boolean => receiveCount > 1;

/**
 * What to do with a request:
 * - `answer`: it is done, and only its answer or its deletion was missing;
 * - `time-out`: its deadline passed; it is answered `TIMEOUT` unworked;
 * - `give-up`: it came too often; it is answered `INTERNAL` unworked;
 * - `run`: it is worked on.
 *
 * One that came too often and is not done is buried as well, that is, sent to the dead-letter queue.
 */
export type Plan = AnswerPlan | OutcomePlan;
export interface AnswerPlan {
  kind: 'answer';
  stored: StoredOutcome;
}
export interface OutcomePlan {
  kind: 'time-out' | 'give-up' | 'run';
  bury: boolean;
}

export interface Situation {
  receiveCount: number;
  /** The outcome in the bucket, where it was looked up and found. */
  stored: StoredOutcome | undefined;
  /** ms since the epoch */
  deadline: number;
  now: number;
}

export function planFor({ receiveCount, stored, deadline, now }: Situation): Plan {
  if (stored) return { kind: 'answer', stored };
  const bury = receiveCount >= MAX_RECEIVES;
  if (now >= deadline) return { kind: 'time-out', bury };
  return { kind: bury ? 'give-up' : 'run', bury };
}
