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
  it('that begins between two slots ticks at once, and then at the slots of the minute that begins with it', async () => {
    const { ticks, ended } = await invoke(41.3);
    expect(ticks).toEqual([41.3, 45, 50, 55, 60, 65, 70, 75, 80, 85, 90, 95]);
    expect(ended).toBeLessThanOrEqual(41.3 + 56);
  });
  it('ticks for the slot that is due though a timer fires a millisecond early', async () => {
    const { setTimeout } = globalThis;
    vi.spyOn(globalThis, 'setTimeout').mockImplementation((run, ms = 0) => setTimeout(run, ms - 1));
    vi.setSystemTime(minute);
    const times: number[] = [];
    void tickThroughMinute(async (now) => void times.push((now - minute) / 1000));
    await vi.advanceTimersByTimeAsync(12_000);
    expect(times).toEqual([0, 5, 10]);
  });
  it('lets the slots fall out that a slow tick takes', async () => {
    expect((await invoke(0, { tickMs: 12_000 })).ticks).toEqual([0, 15, 30, 45]);
  });
  it('ends by 56 s though a tick hangs', async () => {
    expect((await invoke(30, { tickMs: 90_000 })).ended).toBe(30 + 56);
  });
  it('ends before its own time is up', async () => {
    const { ticks, ended } = await invoke(0, { remainingMs: 17_000 });
    expect(ticks).toEqual([0, 5, 10, 15]);
    expect(ended).toBeLessThan(17);
    expect((await invoke(0, { remainingMs: 8_000, tickMs: 90_000 })).ended).toBeLessThan(8);
  });
  it('goes on after a failed tick, and logs it', async () => {
    const write = vi.spyOn(process.stderr, 'write').mockReturnValue(true);
    vi.setSystemTime(minute);
    const tick = vi.fn().mockRejectedValueOnce(new Error('S3 is away')).mockResolvedValue(undefined);
    const invocation = tickThroughMinute(tick);
    await vi.advanceTimersByTimeAsync(60_000);
    await invocation;
    expect(tick).toHaveBeenCalledTimes(12);
    expect(write).toHaveBeenCalledWith(expect.stringContaining('S3 is away'));
  });
});
