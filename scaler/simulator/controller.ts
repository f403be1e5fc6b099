import type { World } from './world.ts';

/** Who decides about the fleet in a simulation: it looks at the world when it likes, and launches and lets go. */
export interface Controller {
  readonly name: string;
  start(world: World): void;
  /** Called at each arrival, once the workers have taken what they can. */
  onArrival?(world: World): void;
}

/** A moment in the first period, by the world's chance: nobody's clock begins with the trace. */
export const anyPhase = (world: World, periodMs: number): number => world.random.uniform() * periodMs;
