import { setTimeout as sleep } from 'node:timers/promises';

/** Waits for `ms`; ends early, without an error, where the signal aborts. */
export async function pause(ms: number, signal: AbortSignal): Promise<void> {
  await sleep(ms, undefined, { signal }).catch((error: unknown) => {
    if (!signal.aborted) throw error;
  });
}
