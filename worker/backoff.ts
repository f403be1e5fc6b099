import { pause } from './pause.ts';

export interface Backoff {
  /** The longest first wait, in ms; it doubles each time. */
  baseMs: number;
  /** The longest wait of all, in ms. */
  capMs: number;
}

/** Of calls to AWS that the worker repeats itself. */
export const SERVICE_BACKOFF: Backoff = { baseMs: 100, capMs: 2_000 };

/**
 * How long to wait after the failure number `failures` (1 is the first), in ms: exponential with full jitter
 * (M. Brooker, "Exponential Backoff and Jitter", AWS Architecture Blog, 2015).
 * @param random 0 ≤ random < 1
 */
export function backoffMs(failures: number, { baseMs, capMs }: Backoff, random = Math.random()): number {
  return random * Math.min(capMs, baseMs * 2 ** (failures - 1));
}

/** Waits for a back-off; ends early, without an error, where the signal aborts. */
export const waitBackoff = (failures: number, backoff: Backoff, signal: AbortSignal): Promise<void> =>
  pause(backoffMs(failures, backoff), signal);
