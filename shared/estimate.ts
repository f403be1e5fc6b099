import type { FleetState } from './fleet-state.ts';

export interface Estimate {
  /** Jobs ahead; null when unknown. */
  position: number | null;
  /** Milliseconds until the result; null when unknown. */
  etaMs: number | null;
}

/**
 * Where a job stands that is queued now, by the last tick's state: jobs ahead, and the time that the ready workers
 * need for them and for itself (Little's law).
 * @param queuedBefore jobs of the same message that are queued before it
 */
export function estimate(state: FleetState | undefined, queuedBefore = 0): Estimate {
  if (!state) return { position: null, etaMs: null };
  const position = state.queue.visible + state.queue.inFlight + queuedBefore;
  const { serviceMs } = state;
  const { ready } = state.workers;
  const etaMs = serviceMs === null || ready === 0 ? null : Math.ceil(((position + 1) * serviceMs) / ready);
  return { position, etaMs };
}

/** What is known of the time since the last tick. */
export interface SinceTick {
  ms: number;
  /** Jobs that were admitted in it, as far as is known. */
  admitted: number;
}

/** Jobs that wait or are worked on now: those of the last tick and those that came since, without what was done since. */
export function backlogNow({ queue, workers, serviceMs, memory }: FleetState, since: SinceTick): number {
  const { visible, inFlight } = queue;
  // Each process knows of its own admissions alone; the load balancer knows of all, up to its last tick.
  const came = Math.max(since.admitted, ((memory?.flow.quick ?? 0) * since.ms) / 1000);
  const done = serviceMs === null ? 0 : (workers.ready * since.ms) / serviceMs;
  return Math.max(0, visible + inFlight + came - done);
}

/**
 * The time in which the fleet does so many jobs, in ms, if the load balancer brings up all that it may: the ready workers
 * work from now on, those that boot in half a boot's time, and those that may be launched in a whole one's. While boots
 * fail, none is counted on.
 * @returns `null` while it is not known how long a job takes, or no worker is in sight
 */
export function timeFor(jobs: number, { workers, serviceMs, maxWorkers, memory, failedBoots }: FleetState) {
  const service = serviceMs ?? memory?.serviceMs ?? null;
  if (service === null) return null;
  const { ready, booting } = workers;
  const bootMs = memory?.bootMs ?? 0;
  const launchable = failedBoots ? 0 : Math.max(0, maxWorkers - ready - booting);
  const arrivals = [
    { at: bootMs / 2, count: booting },
    { at: bootMs, count: launchable },
  ];
  let left = jobs * service; // in ms of one worker's time
  let working = ready;
  let now = 0;
  for (const { at, count } of arrivals) {
    if (left <= working * (at - now)) break;
    left -= working * (at - now);
    now = at;
    working += count;
  }
  return working === 0 ? null : Math.ceil(now + left / working);
}
