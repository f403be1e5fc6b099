import { beforeEach, describe, expect, it, vi } from 'vitest';
import { modelFleet } from './testing/model-fleet.ts';

beforeEach(() => void vi.spyOn(process.stderr, 'write').mockReturnValue(true));

/** Ticks on, every boot failing at once. @returns when machines were launched, in s, and the last reason */
async function ticksOfFailure(fleet: ReturnType<typeof modelFleet>, seconds: number) {
  const launchedAt: number[] = [];
  let reason = '';
  for (let at = 0; at < seconds; at += 5) {
    const before = fleet.cloud.launches.length;
    reason = await fleet.after(5);
    if (fleet.cloud.launches.length > before) launchedAt.push(at);
    fleet.crash();
  }
  return { launchedAt, reason };
}

describe('boots that fail', () => {
  it('three in a row, are tried again later and later, one machine at a time', async () => {
    const fleet = modelFleet();
    fleet.queue(50);
    const { launchedAt } = await ticksOfFailure(fleet, 1000);
    // 10 at once, of which all fail; then 60, 120, 240 and 480 s after each failure was seen.
    expect(launchedAt).toEqual([0, 65, 190, 435, 920]);
    expect(fleet.cloud.launches.map(({ count }) => count)).toEqual([10, 1, 1, 1, 1]);
  });

  it('are told with the next try, and counted for the alarm', async () => {
    const fleet = modelFleet();
    fleet.queue(50);
    const { reason } = await ticksOfFailure(fleet, 10);
    expect(reason).toBe('hold: backlog 50, 0 ready, 10 boots failed in a row, next try in 60 s');
    expect(fleet.cloud.state?.failedBoots).toMatchObject({ count: 10 });
  });

  it('are over with the first machine that comes up: all that are needed are launched', async () => {
    const fleet = modelFleet();
    fleet.queue(50);
    await ticksOfFailure(fleet, 65);
    expect(await fleet.after(5)).toContain('+1: backlog 50');
    fleet.boot();
    expect(await fleet.after(5)).toBe('+9: backlog 50, 1 ready');
    expect(fleet.cloud.state?.failedBoots).toBeUndefined();
  });

  it('are told from one or two that happen', async () => {
    const fleet = modelFleet({ MIN_WORKERS: '2' });
    const reasons = [await fleet.after(5)];
    fleet.crash();
    reasons.push(await fleet.after(5));
    expect(reasons).toEqual(['+2: backlog 0, 0 ready', '+2: backlog 0, 0 ready']);
  });

  it('are no fewer because EC2 forgets them', async () => {
    const fleet = modelFleet();
    fleet.queue(50);
    await ticksOfFailure(fleet, 10);
    fleet.cloud.machinesById.clear();
    expect(await fleet.after(5)).toContain('10 boots failed in a row, next try in 55 s');
  });

  it('also those that take too long: they are ended, and not waited for', async () => {
    const fleet = modelFleet({ MIN_WORKERS: '3', BOOT_DEADLINE_SECONDS: '60' });
    await fleet.after(5);
    for (let i = 0; i < 12; i++) await fleet.after(5);
    expect(fleet.cloud.ended).toEqual([]);
    expect(await fleet.after(5)).toBe(
      'hold: backlog 0, 0 ready, 3 ended, 3 boots failed in a row, next try in 60 s',
    );
    expect(fleet.cloud.up).toEqual([]);
  });
});
