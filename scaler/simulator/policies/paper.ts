import { anyPhase, type Controller } from '../controller.ts';

const TERMINATE_RULES = { lifeMs: 4_000, idleListen: false };

/**
 * The rule as the seed published it, slips and all: `D = ceil(Nq / QOS)`, `F = min(MAX_WORKERS, D)`,
 * `S = (F − Nw) · SCALING_FACTOR`. It counts running workers only, so it launches again for those that boot; it ends
 * all of them, busy or not, at `S = 0`; there is no least number; and terminate messages live for 4 s, in which only a
 * worker that finishes jobs looks for them.
 */
export const paper: Controller = {
  name: 'paper',
  start(world) {
    const { assumptions, jobs } = world;
    const periodMs = assumptions.tickSeconds * 1000;
    world.every(periodMs, anyPhase(world, periodMs), () => {
      const running = world.ready;
      const demand = Math.ceil((jobs.visible + jobs.inFlight) / assumptions.qos);
      const gap = Math.min(assumptions.maxWorkers, demand) - running.length;
      const change = Math.sign(gap) * Math.ceil(Math.abs(gap) * assumptions.scalingFactor - 1e-9);
      if (change > 0) world.launch(change, `paper-${world.now}`);
      else if (change < 0)
        world.sendTerminate(
          Array.from({ length: -change }, (_, index) => `t-${index}`),
          TERMINATE_RULES,
        );
      else for (const machine of running) world.kill(machine);
    });
  },
};
