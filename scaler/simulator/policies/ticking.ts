import { Patience } from '../../patience.ts';
import type { TickSettings } from '../../run-tick.ts';
import { runTick } from '../../run-tick.ts';
import { anyPhase, type Controller } from '../controller.ts';
import { EPOCH, simulatedCloud } from '../tick-cloud.ts';

/** The load balancer itself: the tick of production, with one of its policies, on a simulated cloud. */
export function ticking(policy: TickSettings['SCALING_POLICY']): Controller {
  return {
    name: policy,
    start(world) {
      const { assumptions } = world;
      const settings: TickSettings = {
        STAGE: 'simulated',
        MIN_WORKERS: assumptions.minWorkers,
        MAX_WORKERS: assumptions.maxWorkers,
        QOS: assumptions.qos,
        SCALING_FACTOR: assumptions.scalingFactor,
        SCALING_POLICY: policy,
        TARGET_WAIT_SECONDS: assumptions.targetWaitSeconds,
        STABILISATION_SECONDS: assumptions.stabilisationSeconds,
        LAUNCH_TEMPLATE_VERSION: undefined,
        WARM_POOL_SIZE: 0,
        BOOT_DEADLINE_SECONDS: assumptions.bootDeadlineSeconds,
      };
      const cloud = simulatedCloud(world);
      const periodMs = assumptions.tickSeconds * 1000;
      const patience = new Patience();
      world.every(periodMs, anyPhase(world, periodMs), async () => {
        if (patience.isNeeded) return;
        const result = await runTick(cloud, settings, EPOCH + world.now);
        if ('done' in result && result.done.throttled) patience.onThrottled();
        else patience.onAnswered();
      });
    },
  };
}
