import { phaseAt } from './machine.ts';
import type { World } from './world.ts';

/** How the world was at a time. */
export interface Sample {
  /** s from the beginning */
  at: number;
  /** Requests a second since the last sample. */
  arrivals: number;
  /** Visible and in-flight messages. */
  backlog: number;
  booting: number;
  ready: number;
  draining: number;
}
export type Timeline = Sample[];

const SAMPLES = 360;

/** Takes samples at even distances. */
export class Recording {
  readonly timeline: Timeline = [];
  readonly #world: World;
  #arrived = 0;

  /** @param spanMs that the samples are to cover */
  constructor(world: World, spanMs: number) {
    this.#world = world;
    const everyMs = Math.max(1000, spanMs / SAMPLES);
    world.every(everyMs, 0, () => this.#sample(everyMs));
  }

  #sample(everyMs: number): void {
    const { jobs, alive, now } = this.#world;
    const phases = { booting: 0, ready: 0, draining: 0, gone: 0 };
    for (const machine of alive) phases[phaseAt(machine, now)]++;
    const { booting, ready, draining } = phases;
    const arrivals = ((jobs.arrived - this.#arrived) * 1000) / everyMs;
    this.#arrived = jobs.arrived;
    this.timeline.push({
      at: now / 1000,
      arrivals,
      backlog: jobs.visible + jobs.inFlight,
      booting,
      ready,
      draining,
    });
  }
}
