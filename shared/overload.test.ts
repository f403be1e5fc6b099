import { beforeEach, describe, expect, test } from 'vitest';
import type { FleetState } from './fleet-state.ts';
import { Admission, type Asked } from './overload.ts';
import { fleetStateOf } from './testing/fleet-state.ts';

const NOW = 1_800_000_000_000;
/** One worker, and 100 ms a job: ten jobs a second. */
const fleet = (visible: number, over: Partial<FleetState> = {}): FleetState =>
  fleetStateOf({
    tickedAt: NOW,
    queue: { visible, inFlight: 0 },
    workers: { booting: 0, ready: 1, draining: 0 },
    serviceMs: 100,
    maxWorkers: 1,
    ...over,
  });
let admission: Admission;
beforeEach(() => {
  admission = new Admission();
});
const refusalOf = (state: FleetState | undefined, asked: Partial<Asked> = {}): unknown => {
  try {
    admission.admit(state, { tenant: 'ann', jobs: 1, leftMs: 120_000, now: NOW, ...asked });
    return undefined;
  } catch (error) {
    return error;
  }
};
const overloaded = (retryAfterMs: unknown = expect.any(Number)) => ({ code: 'OVERLOADED', retryAfterMs });

test('what can be done in time is admitted, and what cannot is refused, with when to come again', () => {
  expect(refusalOf(fleet(1_000))).toBeUndefined();
  expect(refusalOf(fleet(1_300))).toMatchObject(overloaded(130_200 - 108_000)); // of 1,300, this one and the one before
  expect(refusalOf(fleet(1_300), { leftMs: 200_000 })).toBeUndefined();
});

test('who comes again sooner than it makes sense is told a second at least', () => {
  expect(refusalOf(fleet(1_080))).toMatchObject(overloaded(1_000));
});

test('with nothing known of the fleet, or of the time that a job takes, all is admitted', () => {
  expect(refusalOf(undefined, { jobs: 100_000 })).toBeUndefined();
  expect(refusalOf(fleet(100_000, { serviceMs: null }))).toBeUndefined();
});

test('a batch is admitted by its last job', () => {
  expect(refusalOf(fleet(1_000), { jobs: 128 })).toMatchObject(overloaded());
  expect(refusalOf(fleet(1_000), { jobs: 50 })).toBeUndefined();
});

test('between two ticks, what was admitted since counts', () => {
  let admitted = 0;
  while (refusalOf(fleet(0)) === undefined) admitted++;
  expect(admitted).toBe(1_080); // nine tenths of 120 s, at ten a second
});

describe('with two tenants', () => {
  const flood = (state: FleetState) => {
    let admitted = 0;
    while (refusalOf(state, { tenant: 'flood' }) === undefined) admitted++;
    return admitted;
  };

  test('refusal falls on the one that floods, and the other is admitted all the same', () => {
    const state = fleet(0);
    expect(refusalOf(state, { tenant: 'quiet' })).toBeUndefined();
    expect(flood(state)).toBeGreaterThan(1_000);
    for (let n = 0; n < 50; n++) expect(refusalOf(state, { tenant: 'quiet' })).toBeUndefined();
    expect(refusalOf(state, { tenant: 'flood' })).toMatchObject(overloaded());
  });

  test('one that was never seen before is admitted into the flood of the other', () => {
    const state = fleet(0);
    flood(state);
    expect(refusalOf(state, { tenant: 'new' })).toBeUndefined();
  });

  test('one that was quiet and floods now is refused like the other, once it has had its share', () => {
    const state = fleet(0);
    flood(state);
    let admitted = 0;
    while (refusalOf(state, { tenant: 'second' }) === undefined) admitted++;
    expect(admitted).toBeGreaterThan(100);
    expect(admitted).toBeLessThan(1_080);
  });

  test('what was admitted a minute ago is forgotten', () => {
    flood(fleet(0));
    const later = NOW + 61_000;
    const state = fleet(1_060, { tickedAt: later });
    expect(refusalOf(state, { tenant: 'quiet', now: later })).toBeUndefined();
    expect(refusalOf(state, { tenant: 'flood', now: later })).toBeUndefined(); // it had nothing lately, as the other
    expect(refusalOf(state, { tenant: 'flood', now: later, jobs: 30 })).toMatchObject(overloaded());
  });
});
