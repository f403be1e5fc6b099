import { log } from '../shared/log.ts';
import { slotOf, TICK_MS } from './slots.ts';

/** Ticks begin 0 to 55 s after the invocation and are over at 56 s, well before the next minute's. In ms. */
const END_MS = 56_000;
/** Less than this before the end no tick begins any more; one takes some 200 ms. */
const TICK_TAKES_MS = 1_000;
/** What is kept of an invocation's own time for its ending, in ms. */
const MARGIN_MS = 500;

/**
 * Ticks at once, and then at each 5 s slot of the invocation's minute, or of `remainingMs`, its own time. Its minute begins
 * with it: EventBridge's `rate` counts from the rule's creation, not by the clock.
 * A failed tick is logged and the next one goes on; one that is slow lets the slots fall out that pass meanwhile.
 * At the end nothing is waited for: a tick cut short holds the lease already, or will not get it.
 * @param tick gets the time in ms since the epoch, and whether it is the first
 */
export async function tickThroughMinute(
  tick: (now: number, first: boolean) => Promise<void>,
  remainingMs = Number.POSITIVE_INFINITY,
): Promise<void> {
  const start = Date.now();
  const end = start + Math.min(END_MS, remainingMs - MARGIN_MS);

  const ticks = async () => {
    for (let now = start; ; ) {
      await tick(now, now === start).catch((error: unknown) => log.error('tick failed', { error }));
      const due = slotOf(Math.max(now, Date.now())) + TICK_MS;
      if (due > end - TICK_TAKES_MS) return;
      await new Promise((resolve) => setTimeout(resolve, due - Date.now()));
      // A timer may fire a millisecond early, and the slot before is taken.
      now = Math.max(due, Date.now());
    }
  };
  await within(end - start, ticks());
}

/** Waits for `work`, but no longer than `ms`. */
async function within(ms: number, work: Promise<void>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const timeUp = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, ms);
  });
  await Promise.race([work, timeUp]).finally(() => clearTimeout(timer));
}
