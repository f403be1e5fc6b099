import { setTimeout as sleep } from 'node:timers/promises';

/** Waits for a condition with a deadline; says what did not come. */
export async function until(
  condition: () => boolean | Promise<boolean>,
  timeoutMs: number,
  what: () => string = () => 'the condition',
): Promise<void> {
  const deadline = Date.now() + timeoutMs;
  while (!(await condition())) {
    if (Date.now() > deadline) throw new Error(`did not come in ${timeoutMs} ms: ${what()}`);
    await sleep(20);
  }
}
