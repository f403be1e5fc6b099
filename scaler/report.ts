import type { Metrics } from '../shared/emf.ts';
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
  const newlyFailed = newcomers();
  return (ticked) => {
    const { outcome, state, plan, done } = ticked;
    const { queue, workers, parked = 0, serviceMs, reason, tickedAt, memory } = state;
    const fleet = JSON.stringify([workers, parked]);
    const isNews = outcome === 'acted' || fleet !== shown;
    shown = fleet;
    log.metrics('scaling', metricsOf(ticked, newlyFailed(ticked.failedBoots)), {
      stage,
      at: tickedAt,
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

function metricsOf({ state, plan, done }: Ticked, failedBoots: number): Metrics {
  const { queue, workers, parked = 0 } = state;
  const seldom = {
    WorkersBooting: workers.booting,
    WorkersDraining: workers.draining,
    WorkersParked: parked,
    MachinesLaunched: done.launched ?? 0,
    WorkersDismissed: plan.terminations.length,
    MachinesEnded: plan.ends.length,
    FailedBoots: failedBoots,
    FailedBootsInARow: state.failedBoots?.count ?? 0,
  };
  return {
    Backlog: queue.visible + queue.inFlight,
    WorkersReady: workers.ready,
    // A metric costs by the hour in which it has a value: nought is told by there being none.
    ...Object.fromEntries(Object.entries(seldom).filter(([, value]) => value > 0)),
  };
}

/** Counts those of each list that no list before had. Of the first, none: they may have been counted before a restart. */
function newcomers(): (ids: readonly string[]) => number {
  let known: ReadonlySet<string> | undefined;
  return (ids) => {
    const before = known;
    known = new Set(ids);
    return before ? ids.filter((id) => !before.has(id)).length : 0;
  };
}

/** What the policy takes the arrivals for. */
const ratesOf = ({ flow: { quick, steady } }: PolicyMemory) => ({
  quick: Number(quick.toFixed(2)),
  steady: Number(steady.toFixed(2)),
});
