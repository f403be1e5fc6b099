import { randomUUID } from 'node:crypto';
import type { FleetState } from '../shared/fleet-state.ts';
import type { Census } from './census.ts';
import type { Decision, ScalingInputs } from './decide-scaling.ts';
import { measuredBy } from './measured.ts';
import type { QueueDepth } from './metrics.ts';
import { launchToken } from './slots.ts';
import type { UnderWay } from './under-way.ts';

/** What a tick saw. */
export interface Observation {
  /** In ms since the epoch. */
  now: number;
  /** `undefined` where SQS did not answer. */
  queue: QueueDepth | undefined;
  census: Census;
  underWay: UnderWay;
}

/** What a tick is about to do, each with the name that the state and the cloud will know it by. */
export interface Plan {
  launch: { token: string; count: number } | undefined;
  /** Ids of the terminate messages to send. */
  terminateIds: string[];
}

export const planFor = (decision: Decision, stage: string, now: number): Plan => ({
  launch: 'launch' in decision ? { token: launchToken(stage, now), count: decision.launch } : undefined,
  terminateIds: 'terminate' in decision ? Array.from({ length: decision.terminate }, () => randomUUID()) : [],
});

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
    bootingForMs: [...shown, ...hidden],
    measured: measuredBy(ready),
  };
}

/** The state to leave behind, written as if the plan were carried out already. */
export function nextState(
  previous: FleetState | undefined,
  observation: Observation,
  plan: Plan,
  { reason, memory, maxWorkers }: Pick<FleetState, 'reason' | 'memory' | 'maxWorkers'>,
): FleetState {
  const { now, queue, census, underWay } = observation;
  const { booting, ready, draining, serviceMs } = census;
  const terminations = [...underWay.terminations, ...plan.terminateIds.map((id) => ({ id, at: now }))];
  return {
    v: 1,
    tickedAt: now,
    queue: queue ?? previous?.queue ?? { visible: 0, inFlight: 0 },
    workers: { booting: booting.length, ready: ready.length, draining: draining.length },
    serviceMs,
    imagesPerSecond: serviceMs === null ? null : (ready.length * 1000) / serviceMs,
    maxWorkers,
    launches: plan.launch ? [...underWay.launches, { ...plan.launch, at: now }] : underWay.launches,
    terminations,
    listening: terminations.length > 0 ? ready.map(({ id }) => id) : [],
    memory,
    reason,
  };
}
