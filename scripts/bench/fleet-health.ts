import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';

const count = z.int().nullable();
const health = z.object({
  queue: z.object({ visible: count, inFlight: count }),
  workers: z.object({ booting: count, ready: count, draining: count }),
});

const POLL_MS = 500;
const SETTLED_WITHIN_MS = 120_000;
/** The load balancer tells its view every 5 s, and `/health` keeps it for 1 s more. */
const VIEW_IS_OLD_MS = 6_500;

/** Waits until the queue is empty and exactly `workers` are there, all ready. @throws Error after two minutes */
export async function settled(http: string, workers: number): Promise<void> {
  await sleep(VIEW_IS_OLD_MS);
  const deadline = Date.now() + SETTLED_WITHIN_MS;
  while (!(await isSettled(http, workers))) {
    if (Date.now() > deadline) throw new Error(`the fleet did not come to ${workers} workers in two minutes`);
    await sleep(POLL_MS);
  }
}

async function isSettled(http: string, workers: number): Promise<boolean> {
  const response = await fetch(`${http}/health`);
  const { queue, workers: fleet } = health.parse(await response.json());
  const idle = queue.visible === 0 && queue.inFlight === 0;
  return idle && fleet.ready === workers && fleet.booting === 0 && fleet.draining === 0;
}

/** Waits for a moment `phaseMs` after one of the load balancer's ticks, which come every `everyMs` by the clock. */
export async function atPhase(phaseMs: number, everyMs: number): Promise<void> {
  const past = (Date.now() - phaseMs) % everyMs;
  await sleep(everyMs - past);
}
