import type { FleetState } from './fleet-state.ts';

export interface Estimate {
  /** Jobs ahead; null when unknown. */
  position: number | null;
  /** Milliseconds until the result; null when unknown. */
  etaMs: number | null;
  /** Milliseconds until the result if the load balancer brings up all it may; null when unknown. */
  bestEtaMs: number | null;
}

/**
 * Where a job stands that is queued now, by the last tick's state: jobs ahead, and the time that the ready workers
 * need for them and for itself (Little's law).
 * @param queuedBefore jobs of the same message that are queued before it
 */
export function estimate(state: FleetState | undefined, queuedBefore = 0): Estimate {
  if (!state) return { position: null, etaMs: null, bestEtaMs: null };
  const position = state.queue.visible + state.queue.inFlight + queuedBefore;
  const { serviceMs } = state;
  const within = (workers: number) =>
    serviceMs === null || workers === 0 ? null : Math.ceil(((position + 1) * serviceMs) / workers);
  return { position, etaMs: within(state.workers.ready), bestEtaMs: within(state.maxWorkers) };
}
