import type { PolicyMemory } from '../shared/fleet-state.ts';
import { log } from '../shared/log.ts';
import type { TickOutcome } from './run-tick.ts';

type Ticked = Extract<TickOutcome, { plan: unknown }>;

/**
 * Makes what tells an operator of each tick: a line with what it saw, what it did and why, which carries the metrics; for
 * a person at the terminal a sentence, where something was done or the fleet has changed.
 */
export function tickReporter(stage: string): (result: Ticked) => void {
  let shown = '';
  return ({ outcome, state, plan, done }) => {
    const { queue, workers, parked = 0, serviceMs, failedBoots, reason, tickedAt, memory } = state;
    const fleet = JSON.stringify([workers, parked]);
    const isNews = outcome === 'acted' || fleet !== shown;
    shown = fleet;
    log.metrics('scaling', {
      stage,
      at: tickedAt,
      metrics: {
        Backlog: [queue.visible + queue.inFlight, 'Count'],
        WorkersBooting: [workers.booting, 'Count'],
        WorkersReady: [workers.ready, 'Count'],
        WorkersDraining: [workers.draining, 'Count'],
        MachinesLaunched: [done.launched ?? 0, 'Count'],
        WorkersDismissed: [plan.terminations.length, 'Count'],
        MachinesEnded: [plan.ends.length, 'Count'],
        FailedBootsInARow: [failedBoots?.count ?? 0, 'Count'],
      },
      fields: {
        reason,
        queue,
        serviceMs,
        ...(memory && { arrivalsPerSecond: ratesOf(memory), bootMs: memory.bootMs }),
        parked,
        ...(plan.launch && { launch: plan.launch }),
        ...(plan.starts.length > 0 && { starts: plan.starts }),
        ...(plan.stops.length > 0 && { stops: plan.stops }),
        ...(plan.ends.length > 0 && { ends: plan.ends }),
        ...(done.throttled && { throttled: true }),
      },
      ...(isNews && { text: `fleet ${reason}` }),
    });
  };
}

/** What the policy takes the arrivals for. */
const ratesOf = ({ flow: { quick, steady } }: PolicyMemory) => ({
  quick: Number(quick.toFixed(2)),
  steady: Number(steady.toFixed(2)),
});
