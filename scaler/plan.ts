import { randomUUID } from 'node:crypto';
import type { Config } from '../shared/config.ts';
import type { FleetState } from '../shared/fleet-state.ts';
import type { Decision } from './decide-scaling.ts';
import { boundLaunch, type FailedBoots } from './failed-boots.ts';
import type { Launch } from './fleet.ts';
import type { Observation } from './next-state.ts';
import { explain } from './reason.ts';
import { rollOver } from './roll-over.ts';
import { launchToken } from './slots.ts';
import { keepPool } from './warm-pool.ts';

/** What a tick is about to do, each with the name that the state and the cloud will know it by. */
export interface Plan {
  launch: Launch | undefined;
  /** Ids of machines of the warm pool to start. */
  starts: string[];
  /** Terminate messages to send. */
  terminations: Omit<FleetState['terminations'][number], 'at'>[];
  /** Ids of machines to stop for the warm pool. */
  stops: string[];
  /** Ids of machines to end: those that are lost, and those that the warm pool has no use for. */
  ends: string[];
  /** For people: "+3: backlog 41, 2 ready, 1 booting, 44 ms a job, target 5 s". */
  reason: string;
}

export type PlanSettings = Config<'STAGE' | 'MAX_WORKERS' | 'LAUNCH_TEMPLATE_VERSION' | 'WARM_POOL_SIZE'>;

/**
 * Makes a plan of a decision: what it asks for, as far as failed boots, a roll-over to a newer launch template and
 * MAX_WORKERS let it, machines of the warm pool before new ones.
 */
export function planFor(
  decision: Decision,
  observation: Observation,
  settings: PlanSettings,
  failedBoots: FailedBoots | undefined,
): Plan {
  const { now, census, underWay } = observation;
  const pool = keepPool(observation, settings);
  const rolled = rollOver(decision, observation, settings);
  const bound = boundLaunch(failedBoots, census.booting.length + underWay.launching, now);
  const more = Math.min(rolled.launch, bound);
  const starts = pool.startable.slice(0, more);
  const count = more - starts.length;

  const leaving = 'terminate' in decision && rolled.replace === 0 ? decision.terminate : 0;
  const terminations = Array.from({ length: leaving + rolled.replace }, (_, i) => ({
    id: randomUUID(),
    ...(rolled.replace > 0 && { replacedBy: settings.LAUNCH_TEMPLATE_VERSION }),
    ...(i < Math.min(leaving, pool.room) && { park: true }),
  }));
  const plan = {
    launch: count > 0 ? { token: launchToken(settings.STAGE, now), count } : undefined,
    starts,
    terminations,
    stops: pool.stops,
    ends: [...census.lost.map(({ id }) => id), ...pool.ends],
  };
  return { ...plan, reason: explain(decision, plan, { failedBoots, outdated: rolled.outdated, now }) };
}
