import { expect, it } from 'vitest';
import { backoffMs, waitBackoff } from './backoff.ts';

const BACKOFF = { baseMs: 100, capMs: 2_000 };
const longest = 1 - Number.EPSILON;

it('doubles the longest wait with each failure, up to the cap', () => {
  const waits = [1, 2, 3, 4, 5, 6, 7, 100].map((failures) =>
    Math.round(backoffMs(failures, BACKOFF, longest)),
  );
  expect(waits).toEqual([100, 200, 400, 800, 1600, 2000, 2000, 2000]);
});

it('has full jitter: a wait may be as short as nothing', () => {
  expect(backoffMs(5, BACKOFF, 0)).toBe(0);
  expect(backoffMs(5, BACKOFF, 0.5)).toBe(800);
});

it('ends early, and without an error, when the signal aborts', async () => {
  const controller = new AbortController();
  const waiting = waitBackoff(30, { baseMs: 1e6, capMs: 1e6 }, controller.signal);
  controller.abort();
  await expect(waiting).resolves.toBeUndefined();
});
