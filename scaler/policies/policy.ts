import type { Config } from '../../shared/config.ts';
import type { PolicyMemory } from '../../shared/fleet-state.ts';
import type { QueueDepth } from '../metrics.ts';

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

/** What a policy sees: nothing that a tick could not know. */
export interface Situation {
  /** ms since the epoch */
  now: number;
  queue: QueueDepth;
  headcount: Headcount;
  /** For each machine that boots or was launched and is not shown yet: how long ago that was, in ms. */
  bootingForMs: readonly number[];
  /** Means of what the ready workers tell of themselves, in ms; null while none does. */
  measured: { serviceMs: number | null; heldMs: number | null; bootMs: number | null };
}

/** What a policy wants. */
export interface Verdict {
  /** Workers to launch, or, where negative, to let go. */
  change: number;
  /** What it went by, for people: ", 44 ms a job, target 5 s" after the counts. */
  why: string;
  /** What it wants to know next time. */
  memory: PolicyMemory | undefined;
}

export type PolicySettings = Config<
  'MIN_WORKERS' | 'MAX_WORKERS' | 'QOS' | 'SCALING_FACTOR' | 'TARGET_WAIT_SECONDS' | 'STABILISATION_SECONDS'
>;

/**
 * The rule of a load balancer: a pure function, the same in production and in the simulator. What it asks for is kept
 * between MIN_WORKERS and MAX_WORKERS by its caller.
 */
export type Policy = (
  situation: Situation,
  settings: PolicySettings,
  memory: PolicyMemory | undefined,
) => Verdict;

/** Nw: workers that are there or on their way, without those that are on their way out. */
export const countWorkers = ({ booting, ready, launching, going }: Headcount): number =>
  Math.max(0, booting + ready + launching - going);

/** 50 · 1.1 is 55.00000000000001 in floating point, and shall not count as 56. */
export const FLOAT_SLACK = 1e-9;
