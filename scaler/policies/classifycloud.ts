import type { Config } from '../../shared/config.ts';

/** What a policy sees. */
export interface Situation {
  /** Nq: visible and in-flight messages of the request queue. */
  queued: number;
  /** Nw: workers that are there or on their way, without those that are on their way out. */
  workers: number;
}
export type PolicySettings = Config<'MIN_WORKERS' | 'MAX_WORKERS' | 'QOS' | 'SCALING_FACTOR'>;

/** 50 · 1.1 is 55.00000000000001 in floating point, and shall not count as 56. */
const FLOAT_SLACK = 1e-9;

/**
 * The seed's rule: `D = ceil(Nq / QOS)`, `F = min(MAX_WORKERS, D)` but at least MIN_WORKERS,
 * `S = (F − Nw) · SCALING_FACTOR` rounded away from zero (design.md §8).
 * @returns S: workers to launch, or, where negative, to let go
 */
export function classifycloud({ queued, workers }: Situation, settings: PolicySettings): number {
  const demand = Math.ceil(queued / settings.QOS);
  const wanted = Math.max(settings.MIN_WORKERS, Math.min(settings.MAX_WORKERS, demand));
  const gap = (wanted - workers) * settings.SCALING_FACTOR;
  const rounded = Math.ceil(Math.max(0, Math.abs(gap) - FLOAT_SLACK));
  return gap < 0 ? -rounded : rounded;
}
