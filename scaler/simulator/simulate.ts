import type { Assumptions, Trace } from './assumptions.ts';
import type { Controller } from './controller.ts';
import { type Figures, figuresOf } from './figures.ts';
import { PendingCheck } from './pending-check.ts';
import { Recording, type Timeline } from './recording.ts';
import { World } from './world.ts';

export interface Simulation {
  figures: Figures;
  timeline: Timeline;
}

/**
 * Runs a policy on a trace, from the trace's beginning to its end and until every request is answered or past its
 * deadline. The same seed gives the same figures.
 */
export async function simulate(
  controller: Controller,
  trace: Trace,
  assumptions: Assumptions,
): Promise<Simulation> {
  const world = new World(assumptions, trace);
  const pending = new PendingCheck(world);
  world.onLaunch = (count) => pending.onLaunch(count);
  const recording = new Recording(world, trace.durationMs);
  controller.start(world);
  await world.run(trace.durationMs, controller.onArrival && (() => controller.onArrival?.(world)));
  return {
    figures: figuresOf(world, controller.name, trace, pending.launches),
    timeline: recording.timeline,
  };
}
