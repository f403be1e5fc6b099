import { describe, expect, it } from 'vitest';
import type { FleetState } from '../shared/fleet-state.ts';
import type { Machine } from './machine.ts';
import { machineOf } from './testing/machine.ts';
import { findUnderWay as findAt } from './under-way.ts';

const at = 1_800_000_000_000;
const secondsLater = (seconds: number) => at + seconds * 1000;
const state = (rest: Partial<FleetState>): FleetState => ({
  v: 1,
  tickedAt: at,
  queue: { visible: 0, inFlight: 0 },
  workers: { booting: 0, ready: 0, draining: 0 },
  serviceMs: null,
  imagesPerSecond: null,
  maxWorkers: 19,
  launches: [],
  terminations: [],
  reason: '',
  ...rest,
});
const findUnderWay = (before: FleetState | undefined, machines: Machine[], now: number, steadySince = 0) =>
  findAt(before, machines, { now, steadySince });
const machine = (id: string, rest: Partial<Machine> = {}): Machine =>
  machineOf(id, {
    phase: rest.terminateId === undefined ? 'ready' : 'draining',
    launchedAt: at,
    seenAt: at,
    ...rest,
  });

describe('a launch', () => {
  const launched = state({ launches: [{ token: 'dev-1', at, count: 3 }] });
  const shown = (id: string) => machine(id, { launchToken: 'dev-1' });

  it('counts with the machines that EC2 does not show yet', () => {
    expect(findUnderWay(launched, [], secondsLater(5)).launching).toBe(3);
    const machines = [shown('a'), machine('other', { launchToken: 'dev-0' }), machine('untagged')];
    expect(findUnderWay(launched, machines, secondsLater(5)).launching).toBe(2);
  });
  it('does not count for longer than a minute', () => {
    expect(findUnderWay(launched, [], secondsLater(59)).launching).toBe(3);
    expect(findUnderWay(launched, [], secondsLater(60))).toMatchObject({ launching: 0, launches: [] });
  });
  it('of which a machine came and went is not expected to bring it again', () => {
    const { launches } = findUnderWay(launched, [shown('a')], secondsLater(5));
    expect(findUnderWay(state({ launches }), [shown('b')], secondsLater(10)).launching).toBe(1);
    expect(findUnderWay(state({ launches }), [], secondsLater(10)).launching).toBe(2);
  });
  it('of which a machine is gone before any tick saw it is not still to come', () => {
    const died = machine('a', { launchToken: 'dev-1', phase: 'gone' });
    expect(findUnderWay(launched, [died], secondsLater(5)).launching).toBe(2);
  });
  it('is forgotten once all its machines were shown', () => {
    expect(findUnderWay(launched, [shown('a'), shown('b'), shown('c')], secondsLater(5)).launches).toEqual(
      [],
    );
  });
});

describe('a terminate message', () => {
  const told = state({ terminations: ['t-1', 't-2'].map((id) => ({ id, at })), listening: ['a', 'b', 'c'] });
  const all = [machine('a'), machine('b'), machine('c')];

  it('counts as a worker going', () => {
    expect(findUnderWay(told, all, secondsLater(5)).going).toBe(2);
  });
  it('is done with when a worker shows its id', () => {
    const machines = [machine('a'), machine('b', { terminateId: 't-2' }), machine('c')];
    expect(findUnderWay(told, machines, secondsLater(5)).terminations).toEqual([{ id: 't-1', at }]);
  });
  it('is done with when its worker is gone before anybody saw that it took it', () => {
    expect(findUnderWay(told, [machine('a'), machine('c')], secondsLater(5)).going).toBe(1);
    expect(findUnderWay(told, [machine('c')], secondsLater(5)).going).toBe(0);
  });
  it('is not done with because a worker goes that never heard it', () => {
    const without = state({ terminations: [{ id: 't-1', at }], listening: ['a'] });
    expect(findUnderWay(without, [machine('a')], secondsLater(5)).going).toBe(1);
  });
  it('that no worker took is forgotten after 10 s', () => {
    expect(findUnderWay(told, all, secondsLater(9)).going).toBe(2);
    expect(findUnderWay(told, all, secondsLater(10)).going).toBe(0);
  });
});

describe('a start of a stopped machine', () => {
  const started = state({ starts: [{ id: 'a', at }] });
  const shown = (phase: Machine['phase']) => [machine('a', { phase })];

  it('counts while EC2 shows the machine as stopped, for a minute at most', () => {
    expect(findUnderWay(started, shown('stopped'), secondsLater(59)).launching).toBe(1);
    expect(findUnderWay(started, shown('stopped'), secondsLater(60)).launching).toBe(0);
  });
  it('is over once the machine boots, or is gone', () => {
    for (const phase of ['booting', 'ready', 'gone'] as const)
      expect(findUnderWay(started, shown(phase), secondsLater(5))).toMatchObject({
        launching: 0,
        starts: [],
      });
    expect(findUnderWay(started, [], secondsLater(5)).launching).toBe(0);
  });
});

it.each([
  ['jumped ahead', 3600],
  ['was set back', -3600],
])('by a clock that %s what is under way is neither over at once nor for ever so', (_how, jump) => {
  const before = state({ launches: [{ token: 'dev-1', at, count: 3 }], terminations: [{ id: 't-1', at }] });
  const jumped = secondsLater(jump);
  const seen = findUnderWay(before, [], jumped, jumped);
  expect(seen).toMatchObject({ launching: 3, going: 1 });
  const next = state(seen);
  expect(findUnderWay(next, [], jumped + 59_000, jumped)).toMatchObject({ launching: 3, going: 0 });
  expect(findUnderWay(next, [], jumped + 60_000, jumped).launching).toBe(0);
});

it('a message for a worker of an older template version counts by itself', () => {
  const told = state({
    terminations: [
      { id: 't-1', at, replacedBy: 7 },
      { id: 't-2', at },
    ],
  });
  expect(findUnderWay(told, [], secondsLater(5))).toMatchObject({ going: 1, replacing: 1 });
});

it('with no state before, nothing is under way', () => {
  expect(findUnderWay(undefined, [machine('a')], at)).toMatchObject({ launching: 0, going: 0 });
});
