import type { FleetState } from '../shared/fleet-state.ts';
import type { Census } from './census.ts';
import type { ScalingInputs } from './decide-scaling.ts';
import { measuredBy } from './measured.ts';
import type { QueueDepth } from './metrics.ts';
import type { Plan } from './plan.ts';
import type { UnderWay } from './under-way.ts';

/** What a tick saw. */
export interface Observation {
  /** In ms since the epoch. */
  now: number;
  /** Since when ticks have come regularly, in ms since the epoch. */
  steadySince: number;
  /** `undefined` where SQS did not answer. */
  queue: QueueDepth | undefined;
  census: Census;
  underWay: UnderWay;
}

/** Ticks that are further apart than this, in ms, are not regular: some were missed, or the clock jumped. */
const REGULAR_MS = 90_000;

/** Since when ticks have come regularly, as of the tick at `now`. */
export function steadySince(previous: FleetState | undefined, now: number): number {
  if (!previous) return now;
  const gap = now - previous.tickedAt;
  return gap >= 0 && gap <= REGULAR_MS ? (previous.steadySince ?? now) : now;
}

/** What the decision goes by. */
export function inputsOf({ now, queue, census, underWay }: Observation): ScalingInputs {
  const { booting, ready, draining } = census;
  const shown = booting.map(({ launchedAt = now }) => now - launchedAt);
  const hidden = underWay.launches.flatMap(({ at, count, shown = [] }) =>
    Array<number>(count - shown.length).fill(now - at),
  );
  return {
    now,
    queue,
    headcount: {
      booting: booting.length,
      ready: ready.length,
      draining: draining.length,
      launching: underWay.launching,
      going: underWay.going,
    },
    bootingForMs: [...shown, ...hidden, ...underWay.starts.map(({ at }) => now - at)],
    measured: measuredBy(ready),
  };
}

/** The state to leave behind, written as if the plan were carried out already. */
export function nextState(
  previous: FleetState | undefined,
  observation: Observation,
  plan: Plan,
  rest: Pick<FleetState, 'memory' | 'maxWorkers' | 'failedBoots'>,
): FleetState {
  const { now, queue, census, underWay } = observation;
  const { booting, ready, draining, pool, serviceMs } = census;
  const terminations = [...underWay.terminations, ...plan.terminations.map((one) => ({ ...one, at: now }))];
  return {
    v: 1,
    tickedAt: now,
    queue: queue ?? previous?.queue ?? { visible: 0, inFlight: 0 },
    workers: { booting: booting.length, ready: ready.length, draining: draining.length },
    parked: pool.length,
    serviceMs,
    imagesPerSecond: serviceMs === null ? null : (ready.length * 1000) / serviceMs,
    launches: plan.launch ? [...underWay.launches, { ...plan.launch, at: now }] : underWay.launches,
    starts: [...underWay.starts, ...plan.starts.map((id) => ({ id, at: now }))],
    terminations,
    listening: terminations.length > 0 ? ready.map(({ id }) => id) : [],
    steadySince: observation.steadySince,
    reason: plan.reason,
    ...rest,
  };
}
