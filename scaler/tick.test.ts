import { expect, it, vi } from 'vitest';
import { emfDocument } from '../shared/testing/emf-document.ts';
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

it('each tick logs its decision and its metrics, on one line, also where there is nothing to do', async () => {
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
  const lines = write.mock.calls.map(([line]) => JSON.parse(String(line)));
  expect(lines).toHaveLength(2);
  for (const line of lines) {
    expect(line).toMatchObject({
      event: 'scaling',
      reason: 'hold: backlog 0, 0 ready',
      stage: stage.config.STAGE,
      _aws: { CloudWatchMetrics: [{ Namespace: 'ClassifyCloud', Dimensions: [['stage']] }] },
      Backlog: 0,
      WorkersReady: 0,
    });
    expect(emfDocument.safeParse(line).error).toBeUndefined();
  }
});

it('the line of a tick that goes by the rate of arrivals tells that too', async () => {
  const stage = await createStage({ SCALING_POLICY: 'backlog' });
  Object.assign(process.env, stage.env);
  const write = vi.spyOn(process.stderr, 'write').mockClear().mockReturnValue(true);
  await handler({}, { getRemainingTimeInMillis: () => 3_000 });
  const [line] = write.mock.calls.map(([text]) => JSON.parse(String(text)));
  expect(line).toMatchObject({ arrivalsPerSecond: { quick: 0, steady: 0 }, bootMs: null });
});

it('an invocation without its settings fails and says which are missing', async () => {
  process.env.LAUNCH_TEMPLATE_ID = '';
  await expect(handler()).rejects.toThrow('LAUNCH_TEMPLATE_ID is not set');
});
