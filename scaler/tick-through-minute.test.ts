import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { tickThroughMinute } from './tick-through-minute.ts';

const minute = Date.UTC(2026, 10, 20, 12);
/** Runs an invocation that begins `at` seconds into the minute; answers when it ticked and when it ended. */
async function invoke(
  at: number,
  { remainingMs, tickMs = 200 }: { remainingMs?: number; tickMs?: number } = {},
) {
  vi.setSystemTime(minute + at * 1000);
  const ticks: number[] = [];
  const firsts: boolean[] = [];
  const invocation = tickThroughMinute(async (now, first) => {
    expect(now).toBe(Date.now());
    ticks.push((now - minute) / 1000);
    firsts.push(first);
    await new Promise((resolve) => setTimeout(resolve, tickMs));
  }, remainingMs);
  let ended: number | undefined;
  void invocation.then(() => {
    ended = (Date.now() - minute) / 1000;
  });
  await vi.advanceTimersByTimeAsync(120_000);
  return { ticks, firsts, ended };
}

beforeEach(() => void vi.useFakeTimers());
afterEach(() => {
  vi.useRealTimers();
  vi.restoreAllMocks();
});

describe('an invocation', () => {
  it('ticks at the twelve slots of its minute', async () => {
    const { ticks, firsts, ended } = await invoke(0);
    expect(ticks).toEqual([0, 5, 10, 15, 20, 25, 30, 35, 40, 45, 50, 55]);
    expect(firsts).toEqual([true, ...Array<boolean>(11).fill(false)]);
    expect(ended).toBeLessThanOrEqual(56);
  });
  it('that begins late ticks at once, and then at the slots that are left', async () => {
    expect((await invoke(41.3)).ticks).toEqual([41.3, 45, 50, 55]);
  });
  it('that begins after the last slot ticks once', async () => {
    const { ticks, ended } = await invoke(58);
    expect(ticks).toEqual([58]);
    expect(ended).toBeLessThan(60);
  });
  it('lets the slots fall out that a slow tick takes', async () => {
    expect((await invoke(0, { tickMs: 12_000 })).ticks).toEqual([0, 15, 30, 45]);
  });
  it('ends by 56 s though a tick hangs', async () => {
    expect((await invoke(30, { tickMs: 90_000 })).ended).toBe(56);
  });
  it('ends before its own time is up', async () => {
    const { ticks, ended } = await invoke(0, { remainingMs: 17_000 });
    expect(ticks).toEqual([0, 5, 10, 15]);
    expect(ended).toBeLessThan(17);
    expect((await invoke(0, { remainingMs: 8_000, tickMs: 90_000 })).ended).toBeLessThan(8);
  });
  it('goes on after a failed tick, and logs it', async () => {
    const write = vi.spyOn(process.stderr, 'write').mockReturnValue(true);
    vi.setSystemTime(minute + 50_000);
    const tick = vi.fn().mockRejectedValueOnce(new Error('S3 is away')).mockResolvedValue(undefined);
    const invocation = tickThroughMinute(tick);
    await vi.advanceTimersByTimeAsync(10_000);
    await invocation;
    expect(tick).toHaveBeenCalledTimes(2);
    expect(write).toHaveBeenCalledWith(expect.stringContaining('S3 is away'));
  });
});
