import type { Assumptions, Trace } from '../assumptions.ts';
import type { Controller } from '../controller.ts';
import { planShifts } from '../oracle-plan.ts';

/**
 * A bound: it knows the future, and how long each machine boots, and starts each a boot before it is needed; MIN_WORKERS
 * are kept. It is not held by the account's limits.
 * @param withinSeconds that the plan is to answer in; the queue's order and whole jobs cost a little more
 */
export function oracle(trace: Trace, assumptions: Assumptions, withinSeconds: number): Controller {
  const bootMs = assumptions.bootSeconds * 1000;
  return {
    name: 'oracle',
    start(world) {
      for (const { from, to } of planShifts(trace, assumptions, withinSeconds)) {
        const launchAt = from * 1000 - bootMs;
        world.at(launchAt, () => {
          const machine = world.place(launchAt, from * 1000);
          world.at(to * 1000, () => world.signal(machine));
        });
      }
    },
  };
}

/** Shares of the SLO to plan with: the first that leaves nothing late is the cheapest that does. */
export const ORACLE_SHARES = [0.97, 0.9, 0.7, 0.5, 0.2] as const;
