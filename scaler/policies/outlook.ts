import { FLOAT_SLACK } from './policy.ts';

/** The work to come, and the time to do it in. */
export interface Outlook {
  /** Messages visible and in flight. */
  queued: number;
  /** A worker's time for a job, in ms. */
  serviceMs: number;
  /** Arrivals a second. */
  arriving: number;
  /** Time in which what waits is to be worked off, in ms. */
  targetMs: number;
  /** Time that a machine takes to boot, in ms. */
  bootMs: number;
}

/** What those there may leave undone without help, as a share of the target wait: less is chance, not demand. */
const TOLERANCE = 0.1;

/** The machines that will do it. */
export interface Hands {
  ready: number;
  /** For each that boots: how long it has, in ms. */
  bootingForMs: readonly number[];
}

/**
 * Workers that are missing beside those ready and booting.
 *
 * A machine launched now helps after a boot `B`, and is to have cleared the queue after another target wait `T`. Until
 * then there is work for `queued · service + arrivals · service · (B + T)`. A ready worker does `B + T` of it, one that
 * boots does what is left once it is ready, one launched now does `T`. So, with all times in ms of a worker's time,
 *
 *     missing = ceil((work − done by those there) / T)
 *
 * (a fluid balance; that arrivals times service is the number of workers kept busy is Little's law), and none where those
 * ready would be late by no more than a tenth of `T`. No more are missing than there are jobs to give them.
 */
export function missingWorkers(outlook: Outlook, { ready, bootingForMs }: Hands): number {
  const { queued, serviceMs, arriving, targetMs, bootMs } = outlook;
  const horizonMs = bootMs + targetMs;
  const jobs = queued + (arriving * horizonMs) / 1000;
  const doneByBooting = bootingForMs.reduce((sum, age) => sum + horizonMs - Math.max(0, bootMs - age), 0);
  const undone = jobs * serviceMs - ready * horizonMs - doneByBooting;
  if (undone <= ready * targetMs * TOLERANCE) return 0;
  const missing = Math.ceil(undone / targetMs - FLOAT_SLACK);
  return Math.max(0, Math.min(missing, Math.ceil(jobs) - ready - bootingForMs.length));
}

/** Whether `ready` workers clear the `waiting` messages, that nobody is at work on, in a tenth of the target wait. */
export const isCaughtUp = ({ serviceMs, targetMs }: Outlook, waiting: number, ready: number): boolean =>
  waiting * serviceMs <= ready * targetMs * TOLERANCE;

/** Workers beyond the mean load, in standard deviations of a Poisson load. */
const STAFFING = 0.25;

/**
 * Workers to keep for the load that the arrivals make, `a = arrivals · service`: square-root staffing, `a + ¼√a` (Halfin
 * and Whitt, "Heavy-traffic limits for queues with many exponential servers", 1981). For arrivals so rare that hardly one
 * comes in `windowMs`, none is kept.
 */
export function staffing({ serviceMs, arriving }: Outlook, windowMs: number): number {
  const load = arriving * windowMs < 1000 ? 0 : (arriving * serviceMs) / 1000;
  return Math.ceil(load + STAFFING * Math.sqrt(load) - FLOAT_SLACK);
}
