import { expect, test } from 'vitest';
import { backlogNow, estimate, timeFor } from './estimate.ts';
import type { FleetState } from './fleet-state.ts';
import { fleetStateOf as state } from './testing/fleet-state.ts';

const memory = (over: { bootMs?: number; quick?: number; serviceMs?: number }): FleetState['memory'] => ({
  flow: { at: 0, queued: 0, busy: 0, ready: 1, growth: 0, quick: over.quick ?? 0, steady: 0 },
  serviceMs: over.serviceMs ?? null,
  bootMs: over.bootMs ?? null,
  peaks: [],
});

test('all is unknown without a state', () => {
  expect(estimate(undefined)).toEqual({ position: null, etaMs: null });
});
test('the jobs ahead and itself are shared by the ready workers', () => {
  expect(estimate(state({}))).toEqual({ position: 9, etaMs: 250 });
});
test('a later one of a batch has the earlier ones ahead', () => {
  expect(estimate(state({}), 10)).toEqual({ position: 19, etaMs: 500 });
});
test('with no ready worker or no measurement the time is unknown, the position is not', () => {
  const workers = { booting: 1, ready: 0, draining: 0 };
  expect(estimate(state({ workers }))).toEqual({ position: 9, etaMs: null });
  expect(estimate(state({ serviceMs: null }))).toEqual({ position: 9, etaMs: null });
});

test('the backlog of now is that of the tick, with what came since and without what was done since', () => {
  const since = { ms: 100, admitted: 20 };
  expect(backlogNow(state({}), since)).toBe(9 + 20 - 4);
  expect(backlogNow(state({ memory: memory({ quick: 400 }) }), since)).toBe(9 + 40 - 4); // others admitted more
  expect(backlogNow(state({}), { ms: 10_000, admitted: 0 })).toBe(0);
});

test('all that the load balancer may bring up counts, each from when it can work', () => {
  const workers = { booting: 2, ready: 2, draining: 0 };
  const fleet = state({ workers, serviceMs: 100, maxWorkers: 10, memory: memory({ bootMs: 10_000 }) });
  expect(timeFor(100, fleet)).toBe(5_000); // before any other is there
  expect(timeFor(100 + 2 * 50 + 20, fleet)).toBe(5_000 + 3_000); // two ready ones 5 s, then four
  expect(timeFor(100 + 200 + 50, fleet)).toBe(10_000 + 500); // then all ten
  expect(timeFor(350, { ...fleet, memory: memory({}) })).toBe(3_500); // how long a boot takes is not known: none
});

test('no worker is counted on that cannot be launched', () => {
  const workers = { booting: 0, ready: 1, draining: 0 };
  const failedBoots = { count: 3, last: 'i-1', launchedAt: 0, waitMs: 1, retryAt: 1 };
  expect(timeFor(10, state({ workers, serviceMs: 100, failedBoots }))).toBe(1_000);
  const none = { booting: 0, ready: 0, draining: 0 };
  expect(timeFor(10, state({ workers: none, serviceMs: 100, failedBoots }))).toBeNull();
});

test('how long a job takes is what it last took, while nobody tells, and unknown before anybody has', () => {
  const workers = { booting: 0, ready: 0, draining: 0 };
  const idle = { workers, serviceMs: null, maxWorkers: 2 };
  expect(timeFor(10, state({ ...idle, memory: memory({ serviceMs: 100 }) }))).toBe(500);
  expect(timeFor(10, state(idle))).toBeNull();
});
