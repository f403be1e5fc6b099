import { anyPhase, type Controller } from '../controller.ts';

/** Metrics of one minute, and the alarms that target tracking makes of them: datapoints in a row. */
const METRIC_MS = 60_000;
const HIGH_POINTS = 3;
const LOW_POINTS = 15;
/** Below this share of the target the low alarm counts. */
const LOW = 0.9;

/**
 * An Auto Scaling group that tracks AWS's "backlog per instance": visible messages by instances in service, against what
 * one clears in the target wait. Out after three minutes above the target, in proportion; in after fifteen below 90 %
 * of it. Who goes is not asked, and gets the grace of a signal.
 * Source: AWS, "Scaling policy based on Amazon SQS" and "Target tracking scaling policies".
 */
export const targetTracking: Controller = {
  name: 'target-tracking',
  start(world) {
    const { minWorkers, maxWorkers, targetWaitSeconds, serviceMs, concurrency } = world.assumptions;
    const target = (targetWaitSeconds * 1000 * concurrency) / serviceMs;
    let high = 0;
    let low = 0;

    world.every(METRIC_MS, anyPhase(world, METRIC_MS), () => {
      const inService = world.ready.length;
      const perInstance = world.jobs.visible / Math.max(1, inService);
      high = perInstance > target ? high + 1 : 0;
      low = perInstance < target * LOW ? low + 1 : 0;

      const staying = world.alive.filter(({ drainingAt }) => drainingAt > world.now);
      const wanted = Math.ceil((Math.max(1, inService) * perInstance) / target);
      const capacity = Math.max(minWorkers, Math.min(maxWorkers, wanted));
      if ((high >= HIGH_POINTS || staying.length < minWorkers) && capacity > staying.length)
        world.launch(capacity - staying.length, `target-tracking-${world.now}`);
      if (low < LOW_POINTS || capacity >= staying.length) return;
      low = 0;
      for (const machine of staying
        .sort((a, b) => a.launchedAt - b.launchedAt)
        .slice(0, staying.length - capacity))
        world.signal(machine);
    });
  },
};
