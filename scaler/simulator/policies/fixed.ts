import type { Controller } from '../controller.ts';

/** MAX_WORKERS from the beginning to the end. */
export const fixed: Controller = {
  name: 'fixed',
  start(world) {
    world.stock(world.assumptions.maxWorkers);
  },
};
