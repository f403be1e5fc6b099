import { expect, test } from 'vitest';
import { estimate } from './estimate.ts';
import type { FleetState } from './fleet-state.ts';

const state = (over: Partial<FleetState>): FleetState => ({
  v: 1,
  tickedAt: 0,
  queue: { visible: 6, inFlight: 3 },
  workers: { booting: 0, ready: 2, draining: 0 },
  serviceMs: 50,
  imagesPerSecond: 40,
  maxWorkers: 10,
  launches: [],
  terminations: [],
  reason: '',
  ...over,
});

test('all is unknown without a state', () => {
  expect(estimate(undefined)).toEqual({ position: null, etaMs: null, bestEtaMs: null });
});
test('the jobs ahead and itself are shared by the ready workers', () => {
  expect(estimate(state({}))).toEqual({ position: 9, etaMs: 250, bestEtaMs: 50 });
});
test('a later one of a batch has the earlier ones ahead', () => {
  expect(estimate(state({}), 10)).toEqual({ position: 19, etaMs: 500, bestEtaMs: 100 });
});
test('with no ready worker or no measurement the time is unknown, the position is not', () => {
  expect(estimate(state({ workers: { booting: 1, ready: 0, draining: 0 } }))).toMatchObject({
    position: 9,
    etaMs: null,
  });
  expect(estimate(state({ serviceMs: null }))).toEqual({ position: 9, etaMs: null, bestEtaMs: null });
});
