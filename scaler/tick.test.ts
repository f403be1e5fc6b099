import { expect, it, vi } from 'vitest';
import { useEmbeddedCloud } from './testing/embedded-cloud.ts';
import { createStage } from './testing/embedded-stage.ts';
import { handler } from './tick.ts';

useEmbeddedCloud();

it('an invocation brings up the first worker and logs why', async () => {
  const stage = await createStage();
  Object.assign(process.env, stage.env);
  const write = vi.spyOn(process.stderr, 'write').mockReturnValue(true);
  await handler({}, { getRemainingTimeInMillis: () => 3_000 });
  expect(await stage.up()).toHaveLength(1);
  expect(write).toHaveBeenCalledWith(expect.stringContaining('+1: backlog 0, 0 ready'));
});

it('an invocation that has nothing to do logs one line for all its ticks', async () => {
  const stage = await createStage({ MIN_WORKERS: '0' });
  Object.assign(process.env, stage.env);
  const write = vi.spyOn(process.stderr, 'write').mockClear().mockReturnValue(true);
  const start = Date.UTC(2026, 10, 20, 12);
  vi.useFakeTimers({ toFake: ['Date', 'setTimeout', 'clearTimeout'], now: start });
  const invocation = handler({}, { getRemainingTimeInMillis: () => 8_000 });
  await vi.waitFor(async () => expect((await stage.state())?.tickedAt).toBe(start));
  await vi.advanceTimersByTimeAsync(5_000);
  await invocation;
  vi.useRealTimers();
  expect((await stage.state())?.tickedAt).toBeGreaterThanOrEqual(start + 5_000);
  expect(write).toHaveBeenCalledExactlyOnceWith(expect.stringContaining('hold: backlog 0, 0 ready'));
});

it('an invocation without its settings fails and says which are missing', async () => {
  process.env.LAUNCH_TEMPLATE_ID = '';
  await expect(handler()).rejects.toThrow('LAUNCH_TEMPLATE_ID is not set');
});
