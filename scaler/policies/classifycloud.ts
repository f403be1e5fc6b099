import { countWorkers, FLOAT_SLACK, type PolicySettings, type Situation, type Verdict } from './policy.ts';

/**
 * The seed's rule: `D = ceil(Nq / QOS)`, `F = min(MAX_WORKERS, D)` but at least MIN_WORKERS,
 * `S = (F − Nw) · SCALING_FACTOR` rounded away from zero (design.md §8). `Nq` is visible and in-flight messages, `Nw`
 * the workers there and on their way. S is the change.
 */
export function classifycloud({ queue, headcount }: Situation, settings: PolicySettings): Verdict {
  const demand = Math.ceil((queue.visible + queue.inFlight) / settings.QOS);
  const wanted = Math.max(settings.MIN_WORKERS, Math.min(settings.MAX_WORKERS, demand));
  const gap = (wanted - countWorkers(headcount)) * settings.SCALING_FACTOR;
  const rounded = Math.ceil(Math.max(0, Math.abs(gap) - FLOAT_SLACK));
  return { change: gap < 0 ? -rounded : rounded, why: '', memory: undefined };
}
