import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Decision, decideScaling, type ScalingSettings } from './decide-scaling.ts';
import { countWorkers, type Headcount } from './policies/policy.ts';
import { SETTINGS, situation } from './testing/situation.ts';

const defaults: ScalingSettings = { ...SETTINGS, SCALING_POLICY: 'classifycloud' };
/** Decides without a memory. */
const decideAt = (queued: number | undefined, headcount: Partial<Headcount>, settings: ScalingSettings) => {
  const seen = situation({ queued, headcount });
  return decideScaling(
    { ...seen, queue: queued === undefined ? undefined : seen.queue },
    settings,
    undefined,
  );
};
const decide = (
  queued: number | undefined,
  headcount: Partial<Headcount>,
  other: Partial<ScalingSettings> = {},
) => decideAt(queued, headcount, { ...defaults, ...other });

const changeOf = (decision: Decision) =>
  'launch' in decision ? decision.launch : 'terminate' in decision ? -decision.terminate : 0;

describe('a decision', () => {
  it.each<[string, number | undefined, Partial<Headcount>, number]>([
    ['launches the first worker with no backlog at all', 0, {}, 1],
    ['launches for a backlog', 41, { ready: 2, booting: 1 }, 6],
    ['launches nothing while those launched are not shown yet', 41, { ready: 2, launching: 7 }, 0],
    ['launches nothing while those launched are booting', 41, { ready: 2, booting: 7 }, 0],
    ['does not count draining workers as hands', 10, { ready: 1, draining: 3 }, 1],
    ['does not count workers told to go as hands', 10, { ready: 2, going: 1 }, 1],
    ['lets idle workers go', 0, { ready: 4 }, -3],
    ['tells no more to go than are ready beyond MIN_WORKERS', 0, { ready: 2, booting: 5 }, -1],
    ['does not tell the only ready worker to go because others boot', 0, { ready: 1, booting: 3 }, 0],
    ['tells nobody twice', 0, { ready: 4, going: 3 }, 0],
    ['holds with the backlog unknown', undefined, { ready: 4 }, 0],
    ['keeps MIN_WORKERS up with the backlog unknown', undefined, {}, 1],
  ])('%s', (_promise, queued, headcount, change) => {
    expect(changeOf(decide(queued, headcount))).toBe(change);
  });

  it('never launches beyond MAX_WORKERS, whatever SCALING_FACTOR asks for', () => {
    expect(decide(500, { ready: 10 }, { SCALING_FACTOR: 3 })).toMatchObject({ launch: 9 });
  });
  it('brings up all of MIN_WORKERS at once, whatever SCALING_FACTOR asks for', () => {
    expect(decide(0, {}, { MIN_WORKERS: 8, SCALING_FACTOR: 0.1 })).toMatchObject({ launch: 8 });
  });
  it('gives its reason to people', () => {
    expect(decide(41, { ready: 5, booting: 1 }).reason).toBe('+3: backlog 41, 5 ready, 1 booting');
    expect(decide(0, { ready: 3, draining: 1 }).reason).toBe('-2: backlog 0, 3 ready, 1 draining');
    expect(decide(undefined, { ready: 1, launching: 2, going: 1 }).reason).toBe(
      'hold: backlog unknown, 1 ready, 2 launching, 1 going',
    );
  });
});

const some = fc.nat({ max: 30 });
const headcounts = fc.record({ booting: some, ready: some, draining: some, launching: some, going: some });
const settings = fc
  .record({
    MIN_WORKERS: fc.nat({ max: 10 }),
    above: fc.nat({ max: 30 }),
    QOS: fc.integer({ min: 1, max: 20 }),
    SCALING_FACTOR: fc.double({ min: 0.01, max: 10, noNaN: true }),
    SCALING_POLICY: fc.constantFrom('classifycloud' as const, 'backlog' as const),
    TARGET_WAIT_SECONDS: fc.double({ min: 0.1, max: 100, noNaN: true }),
    STABILISATION_SECONDS: fc.nat({ max: 600 }),
  })
  .map(
    ({ above, ...rest }): ScalingSettings => ({
      ...rest,
      MAX_WORKERS: Math.max(1, rest.MIN_WORKERS + above),
    }),
  );
const backlogs = fc.nat({ max: 500 });
const anyBacklog = fc.option(backlogs, { nil: undefined });
const property = <T extends [unknown, ...unknown[]]>(
  arbitraries: { [K in keyof T]: fc.Arbitrary<T[K]> },
  holds: (...values: T) => void,
) => fc.assert(fc.property(...arbitraries, holds), { numRuns: 500 });

describe('whatever the inputs', () => {
  it('the fleet stays below MAX_WORKERS where it was, and comes up to MIN_WORKERS', () => {
    property([anyBacklog, headcounts, settings], (queued, headcount, limits) => {
      const change = changeOf(decideAt(queued, headcount, limits));
      const after = countWorkers(headcount) + change;
      expect(after).toBeGreaterThanOrEqual(limits.MIN_WORKERS);
      if (change > 0) expect(after).toBeLessThanOrEqual(limits.MAX_WORKERS);
    });
  });
  it('MIN_WORKERS that are ready stay', () => {
    property([anyBacklog, headcounts, settings], (queued, headcount, limits) => {
      const change = changeOf(decideAt(queued, headcount, limits));
      if (change < 0)
        expect(headcount.ready - headcount.going + change).toBeGreaterThanOrEqual(limits.MIN_WORKERS);
    });
  });
  it('a longer backlog never means fewer workers', () => {
    property([backlogs, backlogs, headcounts, settings], (queued, more, headcount, limits) => {
      const less = changeOf(decideAt(queued, headcount, limits));
      const greater = changeOf(decideAt(queued + more, headcount, limits));
      expect(greater).toBeGreaterThanOrEqual(less);
    });
  });
  it('the seed’s rule launches nothing while those there and on their way suffice', () => {
    property([headcounts, settings], (headcount, limits) => {
      const workers = countWorkers(headcount);
      fc.pre(workers >= limits.MIN_WORKERS);
      expect(
        decideAt(workers * limits.QOS, headcount, { ...limits, SCALING_POLICY: 'classifycloud' }),
      ).not.toHaveProperty('launch');
    });
  });
});
