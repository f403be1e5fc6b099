import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { rateMs, startSchedule } from './schedule.ts';

describe('rateMs', () => {
  it('reads rates in minutes', () => {
    expect(rateMs('rate(1 minute)')).toBe(60_000);
    expect(rateMs('rate(5 minutes)')).toBe(300_000);
  });

  it('refuses any other schedule, by name', () => {
    expect(() => rateMs('cron(0 12 * * ? *)')).toThrow('cron(0 12 * * ? *)');
  });
});

describe('startSchedule', () => {
  beforeEach(() => {
    vi.useFakeTimers();
  });
  afterEach(() => {
    vi.useRealTimers();
    vi.restoreAllMocks();
  });

  it('runs at once, then each minute, until it is stopped', async () => {
    vi.setSystemTime(new Date('2026-11-23T12:00:40Z'));
    const times: string[] = [];
    const stop = startSchedule('rate(1 minute)', async () =>
      times.push(new Date().toISOString().slice(14, 19)),
    );
    await vi.advanceTimersByTimeAsync(120_000);
    stop();
    await vi.advanceTimersByTimeAsync(120_000);
    expect(times).toEqual(['00:40', '01:40', '02:40']);
  });

  it('goes on after a run that failed', async () => {
    vi.spyOn(process.stderr, 'write').mockReturnValue(true);
    const invoke = vi.fn(() => Promise.reject(new Error('broken')));
    const stop = startSchedule('rate(1 minute)', invoke);
    await vi.advanceTimersByTimeAsync(60_000);
    expect(invoke).toHaveBeenCalledTimes(2);
    stop();
  });
});
