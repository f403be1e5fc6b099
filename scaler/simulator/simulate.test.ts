import { beforeAll, describe, expect, it, vi } from 'vitest';
import { slotsFor as realSlotsFor } from '../../worker/prefetch.ts';
import { type Assumptions, DEFAULTS, type Trace } from './assumptions.ts';
import { slotsFor } from './machine.ts';
import { POLICIES, type PolicyName, simulatePolicy } from './policies.ts';

beforeAll(() => void vi.spyOn(process.stderr, 'write').mockReturnValue(true));

const trace = (arrivals: number[], durationMs = 0): Trace => ({
  name: 'test',
  arrivals: Float64Array.from(arrivals),
  durationMs: Math.max(durationMs, arrivals.at(-1) ?? 0),
});
const atOnce = (count: number, at = 0) => Array<number>(count).fill(at);
const run = async (policy: PolicyName, of: Trace, other: Partial<Assumptions> = {}) =>
  (await simulatePolicy(policy, of, { ...DEFAULTS, bootFailure: 0, ...other })).figures;

describe('a worker', () => {
  it('does one job after the other, and a request waits for those before it', async () => {
    const figures = await run('backlog', trace(atOnce(10)));
    expect(figures).toMatchObject({ answered: 10, timedOut: 0, p50Ms: 220, maxMs: 440, meanMs: 242 });
  });
  it('does as many at once as it has threads', async () => {
    expect(await run('backlog', trace(atOnce(10)), { concurrency: 2 })).toMatchObject({ maxMs: 220 });
  });
  it('answers what is past its deadline unworked, and that is no answer', async () => {
    const figures = await run('fixed', trace(atOnce(10)), {
      maxWorkers: 1,
      timeoutSeconds: 0.1,
      sloSeconds: 0.1,
    });
    expect(figures).toMatchObject({ requests: 10, answered: 2, timedOut: 8, sloPercent: 20 });
  });
  it('holds as many messages as the real one', () => {
    for (const threads of [1, 2, 8]) expect(slotsFor(threads)).toBe(realSlotsFor(threads));
  });
});

describe('a machine', () => {
  it('is billed by the second from its launch, and for a minute at least', async () => {
    expect(await run('fixed', trace([0], 90_000), { maxWorkers: 2 })).toMatchObject({ instanceSeconds: 180 });
    expect(await run('fixed', trace([0]), { maxWorkers: 2 })).toMatchObject({ instanceSeconds: 120 });
  });
  it('that fails to boot never works', async () => {
    const figures = await run('reflex', trace(atOnce(5)), { minWorkers: 0, maxWorkers: 3, bootFailure: 1 });
    expect(figures).toMatchObject({ answered: 0, timedOut: 5, meanMs: null });
  });
});

it('a turn within seconds counts once, not as if it came again and again for ten minutes', async () => {
  const figures = await run('backlog', trace(atOnce(2_000)));
  expect(figures.launches).toBeGreaterThan(0);
  expect(figures.terminations).toBeGreaterThan(0);
  expect(figures.reversalsPer10Min).toBe(1);
});

it('no more is launched than the account lets: 1,000 machines at once, then two a second', async () => {
  const figures = await run('reflex', trace(atOnce(2_000)), {
    maxWorkers: 5000,
    bootSpread: 0,
    serviceMs: 1000,
    timeoutSeconds: 60,
  });
  expect(figures.launches).toBeGreaterThan(1000);
  expect(figures.launches).toBeLessThan(1130);
});

it('the same seed gives the same figures, and another one others', async () => {
  const of = trace(Array.from({ length: 3000 }, (_, index) => index * 10));
  const first = await run('backlog', of, { seed: 3 });
  expect(await run('backlog', of, { seed: 3 })).toEqual(first);
  expect(await run('backlog', of, { seed: 4 })).not.toEqual(first);
});

it('the oracle answers all in time, and no policy but for chance does so for less', async () => {
  const of = trace(
    Array.from({ length: 12_000 }, (_, index) => 60_000 + index * 5),
    240_000,
  );
  const oracle = await run('oracle', of);
  expect(oracle.sloPercent).toBe(100);
  for (const policy of POLICIES) {
    const { sloPercent, instanceSeconds } = await run(policy, of);
    if (sloPercent === 100) expect(instanceSeconds).toBeGreaterThanOrEqual(oracle.instanceSeconds);
  }
});

it('workers that let go finish what they hold: of the load balancer’s policies none kills a busy one', async () => {
  const arrivals = Array.from({ length: 60 }, (_, burst) => atOnce(300, burst * 20_000)).flat();
  for (const policy of ['backlog', 'classifycloud'] as const) {
    const figures = await run(policy, trace(arrivals, 1_300_000), { stabilisationSeconds: 10 });
    expect(figures).toMatchObject({ busyKilled: 0, timedOut: 0 });
    expect(figures.terminations).toBeGreaterThan(0);
  }
});
