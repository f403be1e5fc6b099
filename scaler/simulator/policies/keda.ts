import { anyPhase, type Controller } from '../controller.ts';
import type { World } from '../world.ts';

/** KEDA's SQS scaler by its defaults: messages a replica, and how often it looks. */
const QUEUE_LENGTH = 5;
const POLL_MS = 30_000;
const COOLDOWN_MS = 300_000;
/** The HorizontalPodAutoscaler by its defaults: period, tolerance, and how it may go up and down. */
const SYNC_MS = 15_000;
const TOLERANCE = 0.1;
const UP_PODS = 4;
const DOWN_WINDOW_MS = 300_000;

/**
 * KEDA with its SQS scaler, each replica a machine of its own: `ceil((visible + in flight) / 5)` replicas, from a metric
 * that is polled every 30 s; the autoscaler goes up by 100 % or 4 at a time, and down to the highest of 5 minutes;
 * the last one goes after 300 s without a message. Who goes is not asked: any replica, with 30 s of grace.
 * Sources: keda.sh/docs, "AWS SQS Queue" and "Scaling Deployments"; kubernetes.io, "Horizontal Pod Autoscaling".
 */
export const keda: Controller = {
  name: 'keda',
  start(world) {
    const { minWorkers, maxWorkers } = world.assumptions;
    const least = Math.max(1, minWorkers);
    let metric = 0;
    let activeAt = Number.NEGATIVE_INFINITY;
    let wanted: { at: number; replicas: number }[] = [];

    world.every(POLL_MS, anyPhase(world, POLL_MS), () => {
      metric = world.jobs.visible + world.jobs.inFlight;
      if (metric > 0) activeAt = world.now;
      if (metric > 0 && world.alive.length === 0) world.launch(1, `keda-${world.now}`);
      if (minWorkers === 0 && world.now - activeAt >= COOLDOWN_MS) removeDownTo(world, 0);
    });

    world.every(SYNC_MS, anyPhase(world, SYNC_MS), () => {
      const replicas = staying(world).length;
      if (replicas === 0) return;
      const ratio = metric / QUEUE_LENGTH / replicas;
      const ideal = Math.abs(ratio - 1) <= TOLERANCE ? replicas : Math.ceil(metric / QUEUE_LENGTH);
      wanted = [
        ...wanted.filter(({ at }) => world.now - at < DOWN_WINDOW_MS),
        { at: world.now, replicas: ideal },
      ];
      const highest = Math.max(...wanted.map((one) => one.replicas));
      const up = Math.min(ideal, replicas + Math.max(replicas, UP_PODS));
      const target = Math.max(
        least,
        Math.min(maxWorkers, ideal > replicas ? up : Math.min(replicas, highest)),
      );
      if (target > replicas) world.launch(target - replicas, `keda-${world.now}`);
      else removeDownTo(world, target);
    });
  },
};

const staying = (world: World) => world.alive.filter(({ drainingAt }) => drainingAt > world.now);

/** Kubernetes ends those that are not ready first, then the younger. */
function removeDownTo(world: World, replicas: number): void {
  const all = staying(world).sort((a, b) => a.launchedAt - b.launchedAt);
  all.sort((a, b) => Number(b.readyAt <= world.now) - Number(a.readyAt <= world.now));
  for (const machine of all.slice(replicas)) world.signal(machine);
}
