import { expect, it } from 'vitest';
import { takeCensus } from './census.ts';
import type { Machine } from './machine.ts';
import { machineOf } from './testing/machine.ts';

const now = 1_800_000_000_000;
const BOOT_DEADLINE_SECONDS = 300;
const secondsAgo = (seconds: number) => now - seconds * 1000;
const machine = (id: string, phase: Machine['phase'], rest: Partial<Machine> = {}): Machine =>
  machineOf(id, {
    phase,
    launchedAt: secondsAgo(10),
    seenAt: phase === 'booting' ? undefined : secondsAgo(5),
    ...rest,
  });
const census = (...machines: Machine[]) => censusSince(0, ...machines);
const censusSince = (steadySince: number, ...machines: Machine[]) => {
  const times = { now, steadySince, bootDeadlineSeconds: BOOT_DEADLINE_SECONDS };
  const { serviceMs, ...groups } = takeCensus(machines, times);
  const ids = Object.entries(groups).map(([name, list]) => [name, list.map(({ id }) => id)]);
  return { ...(Object.fromEntries(ids) as Record<keyof typeof groups, string[]>), serviceMs };
};

it('sorts the workers by phase', () => {
  expect(
    census(
      machine('a', 'ready'),
      machine('b', 'booting'),
      machine('c', 'draining'),
      machine('d', 'parking'),
      machine('e', 'stopping'),
      machine('f', 'stopped'),
      machine('g', 'gone'),
    ),
  ).toEqual({
    ready: ['a'],
    booting: ['b'],
    draining: ['c'],
    parking: ['d'],
    pool: ['e', 'f'],
    lost: [],
    serviceMs: null,
  });
});

it('a worker that is not ready in time is lost', () => {
  const late = machine('late', 'booting', { launchedAt: secondsAgo(301) });
  const slow = machine('slow', 'booting', { launchedAt: secondsAgo(299) });
  expect(census(late, slow)).toMatchObject({ booting: ['slow'], lost: ['late'] });
});

it('a ready worker not seen for 3 minutes is lost, however young', () => {
  const dead = machine('dead', 'ready', { launchedAt: secondsAgo(200), seenAt: secondsAgo(181) });
  const alive = machine('alive', 'ready', { launchedAt: secondsAgo(9000), seenAt: secondsAgo(179) });
  expect(census(dead, alive)).toMatchObject({ ready: ['alive'], lost: ['dead'] });
});

it('a ready worker whose tag cannot be read is given the time it may have booted, and 3 minutes', () => {
  const mute = (id: string, seconds: number) =>
    machine(id, 'ready', { launchedAt: secondsAgo(seconds), seenAt: undefined });
  expect(census(mute('old', 481), mute('young', 479))).toMatchObject({ ready: ['young'], lost: ['old'] });
});

it('a draining worker is left to finish what it holds, as long as it says that it lives', () => {
  const busy = machine('busy', 'draining', { launchedAt: secondsAgo(9000), seenAt: secondsAgo(179) });
  const dead = machine('dead', 'draining', { launchedAt: secondsAgo(9000), seenAt: secondsAgo(181) });
  expect(census(busy, dead)).toMatchObject({ draining: ['busy'], lost: ['dead'] });
});

it('a stopped machine says nothing, and is not lost for it', () => {
  const old = machine('old', 'stopped', { launchedAt: secondsAgo(9e6), seenAt: secondsAgo(9e5) });
  expect(census(old)).toMatchObject({ pool: ['old'], lost: [] });
});

it('nobody is lost by a clock that jumped, or in ticks that were missed', () => {
  const silent = machine('silent', 'ready', { launchedAt: secondsAgo(90_000), seenAt: secondsAgo(80_000) });
  const late = machine('late', 'booting', { launchedAt: secondsAgo(80_000) });
  expect(censusSince(secondsAgo(179), silent, late).lost).toEqual([]);
  expect(censusSince(secondsAgo(301), silent, late).lost).toEqual(['silent', 'late']);
});

it('takes the mean of what ready workers measured, and of no others', () => {
  expect(
    census(
      machine('a', 'ready', { serviceMs: 20 }),
      machine('b', 'ready', { serviceMs: 30 }),
      machine('c', 'ready'),
      machine('d', 'draining', { serviceMs: 1000 }),
      machine('e', 'ready', { serviceMs: 5000, seenAt: secondsAgo(999) }),
    ).serviceMs,
  ).toBe(25);
});
