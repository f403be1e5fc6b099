import { expect, it } from 'vitest';
import { takeCensus } from './census.ts';
import type { Machine } from './machine.ts';

const now = 1_800_000_000_000;
const BOOT_DEADLINE_SECONDS = 300;
const secondsAgo = (seconds: number) => now - seconds * 1000;
const machine = (id: string, phase: Machine['phase'], rest: Partial<Machine> = {}): Machine => ({
  id,
  phase,
  launchedAt: secondsAgo(10),
  seenAt: phase === 'booting' ? undefined : secondsAgo(5),
  serviceMs: undefined,
  heldMs: undefined,
  readyAt: undefined,
  launchToken: undefined,
  terminateId: undefined,
  ...rest,
});
const census = (...machines: Machine[]) => {
  const { serviceMs, ...groups } = takeCensus(machines, now, BOOT_DEADLINE_SECONDS);
  const ids = Object.entries(groups).map(([name, list]) => [name, list.map(({ id }) => id)]);
  return { ...(Object.fromEntries(ids) as Record<keyof typeof groups, string[]>), serviceMs };
};

it('sorts the workers by phase', () => {
  expect(census(machine('a', 'ready'), machine('b', 'booting'), machine('c', 'draining'))).toEqual({
    ready: ['a'],
    booting: ['b'],
    draining: ['c'],
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

it('a draining worker is left to finish what it holds', () => {
  const busy = machine('busy', 'draining', { launchedAt: secondsAgo(9000), seenAt: secondsAgo(900) });
  expect(census(busy)).toMatchObject({ draining: ['busy'], lost: [] });
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
