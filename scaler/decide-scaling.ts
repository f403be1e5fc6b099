import type { Config } from '../shared/config.ts';
import { classifycloud, type PolicySettings, type Situation } from './policies/classifycloud.ts';

/** How many workers there are, as far as a decision needs it. */
export interface Headcount {
  booting: number;
  ready: number;
  draining: number;
  /** Launched, and not shown by EC2 yet. */
  launching: number;
  /** Told to go, and not yet seen to do so: each is one of the ready. */
  going: number;
}

export interface ScalingInputs {
  /** Visible and in-flight messages; `undefined` where the queue did not answer. */
  queued: number | undefined;
  headcount: Headcount;
}
export type ScalingSettings = PolicySettings & Config<'SCALING_POLICY'>;

/** What to do now. `reason` is for people: "+3: backlog 41, 2 ready, 1 booting". */
export type Decision = { reason: string } & ({ launch: number } | { terminate: number } | { hold: true });

const POLICIES: Record<
  ScalingSettings['SCALING_POLICY'],
  (situation: Situation, settings: PolicySettings) => number
> = { classifycloud };

/**
 * What the policy asks for, kept between MIN_WORKERS and MAX_WORKERS. With the backlog unknown nothing changes, except
 * that MIN_WORKERS are kept up.
 */
export function decideScaling(inputs: ScalingInputs, settings: ScalingSettings): Decision {
  const { queued, headcount } = inputs;
  const { MIN_WORKERS: min, MAX_WORKERS: max } = settings;
  const workers = countWorkers(headcount);
  const change =
    queued === undefined
      ? Math.max(0, min - workers)
      : clamp(workers + POLICIES[settings.SCALING_POLICY]({ queued, workers }, settings), min, max) - workers;
  const reason = (verdict: string) => `${verdict}: ${describe(inputs)}`;

  if (change > 0) return { launch: change, reason: reason(`+${change}`) };
  // Only a ready worker hears a terminate message. As many as are kept warm stay, though others are booting.
  const terminate = Math.min(-change, headcount.ready - headcount.going - min);
  if (terminate > 0) return { terminate, reason: reason(`-${terminate}`) };
  return { hold: true, reason: reason('hold') };
}

/** Nw: workers that are there or on their way, without those that are on their way out. */
export const countWorkers = ({ booting, ready, launching, going }: Headcount): number =>
  Math.max(0, booting + ready + launching - going);

const clamp = (value: number, min: number, max: number) => Math.max(min, Math.min(max, value));

function describe({ queued, headcount }: ScalingInputs): string {
  const { ready, booting, launching, draining, going } = headcount;
  const rest = Object.entries({ booting, launching, draining, going }).filter(([, count]) => count > 0);
  return [
    `backlog ${queued ?? 'unknown'}`,
    `${ready} ready`,
    ...rest.map(([name, count]) => `${count} ${name}`),
  ].join(', ');
}
