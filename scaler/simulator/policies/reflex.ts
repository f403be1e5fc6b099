import type { Controller } from '../controller.ts';
import type { World } from '../world.ts';

/**
 * A bound: it launches all it may at the first arrival that would wait, without waiting for a tick, and never lets go.
 * No policy that does not know the future can answer more in time.
 */
export const reflex: Controller = {
  name: 'reflex',
  start(world) {
    // What the account refuses now, or what fails to boot, is launched as soon as may be.
    world.every(1000, 0, () => {
      if (world.acts.length > 0) launchAll(world);
    });
  },
  onArrival(world) {
    // Once it has begun, each second's look goes on.
    if (world.acts.length > 0) return;
    const { jobs, assumptions } = world;
    if (jobs.visible + jobs.inFlight > world.ready.length * assumptions.concurrency) launchAll(world);
  },
};

const lacking = (world: World) => world.assumptions.maxWorkers - world.alive.length;

function launchAll(world: World): void {
  if (lacking(world) > 0) world.launch(lacking(world), 'reflex');
}
