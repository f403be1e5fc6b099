import { OVERDUE } from '../policies/backlog.ts';
import { missingWorkers } from '../policies/outlook.ts';
import type { World } from './world.ts';

/** The rate of arrivals counts as what it was at its highest over so long within the last half minute, in ms. */
const SPAN_MS = 5_000;
const SPANS = 6;

/**
 * Counts machines launched though those ready and booting sufficed, by the same measure for every policy and from what
 * is true rather than what a policy sees: with the highest arrival rate of any 5 s of the last 30 s, those there would
 * have cleared all that was queued and all that arrives, within a median boot and the target wait. A machine that has
 * booted for twice the median counts no more, and keeping up MIN_WORKERS is no such launch.
 */
export class PendingCheck {
  launches = 0;
  readonly #world: World;

  constructor(world: World) {
    this.#world = world;
  }

  onLaunch(count: number): void {
    const { alive, assumptions, jobs, now } = this.#world;
    const bootMs = assumptions.bootSeconds * 1000;
    const staying = alive.filter(({ drainingAt }) => drainingAt > now);
    const ready = staying.filter(({ readyAt }) => readyAt <= now).length;
    const bootingForMs = staying
      .filter(({ readyAt }) => readyAt > now)
      .map(({ launchedAt }) => now - launchedAt)
      .filter((age) => age <= OVERDUE * bootMs);
    if (ready + bootingForMs.length < assumptions.minWorkers) return;
    const missing = missingWorkers(
      {
        queued: jobs.visible + jobs.inFlight,
        serviceMs: assumptions.serviceMs / assumptions.concurrency,
        arriving: this.#highestRate(),
        targetMs: assumptions.targetWaitSeconds * 1000,
        bootMs,
      },
      { ready, bootingForMs },
    );
    if (missing === 0) this.launches += count;
  }

  #highestRate(): number {
    const { jobs, now } = this.#world;
    let most = 0;
    let later = jobs.arrived;
    for (let span = 1; span <= SPANS; span++) {
      const earlier = jobs.arrivedBy(now - span * SPAN_MS);
      most = Math.max(most, later - earlier);
      later = earlier;
    }
    return (most * 1000) / SPAN_MS;
  }
}
