import type { Config } from '../shared/config.ts';
import type { PolicyMemory } from '../shared/fleet-state.ts';
import type { QueueDepth } from './metrics.ts';
import { backlog } from './policies/backlog.ts';
import { classifycloud } from './policies/classifycloud.ts';
import { countWorkers, type Policy, type PolicySettings, type Situation } from './policies/policy.ts';

/** `queue` is `undefined` where SQS did not answer. */
export type ScalingInputs = Omit<Situation, 'queue'> & { queue: QueueDepth | undefined };
export type ScalingSettings = PolicySettings & Config<'SCALING_POLICY'>;

/** What to do now. `reason` is for people: "+3: backlog 41, 2 ready, 1 booting, 44 ms a job, target 5 s". */
export type Decision = { reason: string; memory: PolicyMemory | undefined } & (
  | { launch: number }
  | { terminate: number }
  | { hold: true }
);

const POLICIES: Record<ScalingSettings['SCALING_POLICY'], Policy> = { backlog, classifycloud };

/**
 * What the policy asks for, kept between MIN_WORKERS and MAX_WORKERS. With the backlog unknown nothing changes, except
 * that MIN_WORKERS are kept up.
 */
export function decideScaling(
  inputs: ScalingInputs,
  settings: ScalingSettings,
  before: PolicyMemory | undefined,
): Decision {
  const { queue, headcount } = inputs;
  const { MIN_WORKERS: min, MAX_WORKERS: max } = settings;
  const workers = countWorkers(headcount);
  const { why, memory, ...wanted } = queue
    ? POLICIES[settings.SCALING_POLICY]({ ...inputs, queue }, settings, before)
    : { change: 0, why: '', memory: before };
  const most = queue ? max : Math.max(max, workers);
  const change = clamp(workers + wanted.change, min, most) - workers;
  const reason = (verdict: string) => [`${verdict}: ${describe(inputs)}`, why].filter(Boolean).join(', ');

  if (change > 0) return { launch: change, reason: reason(`+${change}`), memory };
  // Only a ready worker hears a terminate message. As many as are kept warm stay, though others are booting.
  const terminate = Math.min(-change, headcount.ready - headcount.going - min);
  if (terminate > 0) return { terminate, reason: reason(`-${terminate}`), memory };
  return { hold: true, reason: reason('hold'), memory };
}

const clamp = (value: number, min: number, max: number) => Math.max(min, Math.min(max, value));

function describe({ queue, headcount }: ScalingInputs): string {
  const { ready, booting, launching, draining, going } = headcount;
  const rest = Object.entries({ booting, launching, draining, going }).filter(([, count]) => count > 0);
  return [
    `backlog ${queue ? queue.visible + queue.inFlight : 'unknown'}`,
    `${ready} ready`,
    ...rest.map(([name, count]) => `${count} ${name}`),
  ].join(', ');
}
