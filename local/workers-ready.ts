import { setTimeout as sleep } from 'node:timers/promises';
import { TAGS } from '../shared/tags.ts';
import type { Tags } from './aws/ec2/tags.ts';

const POLL_MS = 100;

/**
 * Waits until `count` workers have tagged themselves `ready`.
 * @param tagsOfRunning of each machine that runs
 * @returns what classifies in each
 */
export async function workersReady(
  tagsOfRunning: () => Readonly<Tags>[],
  count: number,
  signal: AbortSignal,
): Promise<string[]> {
  for (;;) {
    const workers = tagsOfRunning().filter((tags) => tags[TAGS.state] === 'ready');
    if (workers.length >= count) return workers.flatMap((tags) => tags[TAGS.engine] ?? []);
    await sleep(POLL_MS, undefined, { signal });
  }
}
