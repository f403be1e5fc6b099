import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { PolicyMemory } from '../../shared/fleet-state.ts';
import { SETTINGS, situation } from '../testing/situation.ts';
import { backlog } from './backlog.ts';

const settings = SETTINGS;
const measured = { serviceMs: 50, heldMs: 50, bootMs: 25_000 };
const start = 1_800_000_000_000;

/** Ticks 5 s apart, one after the other, with what each is to see. Returns the last verdict. */
function ticks(seen: readonly Parameters<typeof situation>[0][], other: Partial<typeof settings> = {}) {
  let memory: PolicyMemory | undefined;
  let change = 0;
  let why = '';
  seen.forEach((one, index) => {
    const verdict = backlog(
      situation({ measured, now: start + index * 5_000, ...one }),
      { ...settings, ...other },
      memory,
    );
    ({ memory, change, why } = verdict);
  });
  return { change, why, memory };
}
const repeat = <T>(count: number, one: T): T[] => Array<T>(count).fill(one);
const ready = (count: number) => ({ ready: count });

describe('what is queued', () => {
  it('is no reason to launch where those ready clear it in the time of a boot', () => {
    // 400 jobs of 50 ms are 20 s of work, and a machine launched now comes after 25 s.
    expect(ticks([{ queued: 400, headcount: ready(1) }]).change).toBe(0);
  });
  it('brings as many as clear within the target wait what would be left after a boot', () => {
    // 1,000 jobs are 50 s of work, of which the ready worker does 30 in a boot and the target wait: 20 s are left.
    expect(ticks([{ queued: 1000, headcount: ready(1) }]).change).toBe(4);
  });
  it('counts those that boot with the time they still need', () => {
    const headcount = { ready: 1, booting: 1 };
    // One that is ready in 5 s does 25 of the 50 s, one that was launched just now 5.
    expect(ticks([{ queued: 1000, headcount, bootingForMs: [20_000] }]).change).toBe(0);
    expect(ticks([{ queued: 1000, headcount, bootingForMs: [0] }]).change).toBe(3);
  });
  it('does not count on a machine that has booted for twice as long as others', () => {
    expect(ticks([{ queued: 1, headcount: { booting: 1 }, bootingForMs: [49_000] }]).change).toBe(0);
    expect(ticks([{ queued: 1, headcount: { booting: 1 }, bootingForMs: [51_000] }]).change).toBe(1);
  });
  it('brings no more machines than there are jobs for them', () => {
    const slow = { serviceMs: 60_000, heldMs: 60_000, bootMs: 25_000 };
    expect(ticks([{ queued: 2, measured: slow }], { MIN_WORKERS: 0 }).change).toBe(2);
  });
});

it('launches for arrivals that the workers cannot keep up with, though little waits yet', () => {
  const growing = Array.from({ length: 4 }, (_, tick) => ({ queued: tick * 250, headcount: ready(1) }));
  expect(ticks(growing).change).toBeGreaterThan(3);
});

it('lets go only what the stabilisation window had no work for, and no sooner', () => {
  const busy = { queued: 8, headcount: ready(8) };
  const idle = { queued: 0, headcount: ready(8) };
  expect(ticks([...repeat(60, busy), ...repeat(55, idle)]).change).toBe(0);
  expect(ticks([...repeat(60, busy), ...repeat(80, idle)]).change).toBeLessThan(0);
});

it('without a memory lets nobody go for a stabilisation window', () => {
  expect(ticks(repeat(59, { headcount: ready(8) })).change).toBe(0);
  expect(ticks(repeat(62, { headcount: ready(8) })).change).toBe(-7);
});

it('never remembers for less than a boot', () => {
  const shortest = { STABILISATION_SECONDS: 0 };
  expect(ticks(repeat(5, { headcount: ready(8) }), shortest).change).toBe(0);
});

it('goes by the last known times where no worker tells them', () => {
  const unknown = { serviceMs: null, heldMs: null, bootMs: null };
  const { why } = ticks([{ headcount: ready(1) }, { measured: unknown }], { MIN_WORKERS: 0 });
  expect(why).toBe('50 ms a job, target 5 s');
});

const headcounts = fc
  .record({
    booting: fc.nat({ max: 20 }),
    ready: fc.nat({ max: 20 }),
    draining: fc.nat({ max: 5 }),
    launching: fc.nat({ max: 5 }),
    going: fc.nat({ max: 5 }),
  })
  .map((count) => ({ ...count, going: Math.min(count.going, count.ready) }));
const looks = fc.record({
  queued: fc.nat({ max: 5000 }),
  headcount: headcounts,
  /** Late, twice at once, and by a clock that jumps. */
  afterMs: fc.oneof(fc.constant(5_000), fc.integer({ min: -3_600_000, max: 3_600_000 })),
  measured: fc.record({
    serviceMs: fc.option(fc.double({ min: 0.1, max: 100_000, noNaN: true })),
    heldMs: fc.option(fc.double({ min: 0.1, max: 100_000, noNaN: true })),
    bootMs: fc.option(fc.double({ min: 0, max: 600_000, noNaN: true })),
  }),
});
type Look = typeof looks extends fc.Arbitrary<infer T> ? T : never;
const histories = fc.array(looks, { maxLength: 15 });

function remember(history: readonly Look[]) {
  let now = start;
  let memory: PolicyMemory | undefined;
  for (const look of history) {
    now += look.afterMs;
    memory = backlog(situation({ ...look, now }), settings, memory).memory;
  }
  return { now, memory };
}

describe('whatever came before', () => {
  it('a longer backlog never means fewer workers', () => {
    fc.assert(
      fc.property(histories, looks, fc.nat({ max: 5000 }), (history, look, more) => {
        const { now, memory } = remember(history);
        const change = (queued: number) =>
          backlog(situation({ ...look, queued, now: now + look.afterMs }), settings, memory).change;
        expect(change(look.queued + more)).toBeGreaterThanOrEqual(change(look.queued));
      }),
    );
  });
  it('what a tick launched is enough for the next that sees the same', () => {
    fc.assert(
      fc.property(histories, looks, (history, look) => {
        const { now, memory } = remember(history);
        const seen = { ...look, now: now + look.afterMs };
        const first = backlog(situation(seen), settings, memory);
        fc.pre(first.change > 0);
        const { booting } = look.headcount;
        const headcount = { ...look.headcount, booting: booting + first.change };
        const again = backlog(situation({ ...seen, headcount }), settings, first.memory);
        expect(again.change).toBeLessThanOrEqual(0);
      }),
    );
  });
  it('the memory stays one that can be written and read, and small', () => {
    fc.assert(
      fc.property(histories, (history) => {
        const { memory } = remember(history);
        for (const value of Object.values(memory?.flow ?? {})) expect(Number.isFinite(value)).toBe(true);
        expect(memory?.peaks.length ?? 0).toBeLessThanOrEqual(settings.MAX_WORKERS + 1);
      }),
    );
  });
});

/** When which way a fleet goes, with its queue as a flow, in an hour: `perSecond` arrivals, each `serviceMs` of work, machines that boot for 25 s. */
function turnsUnder(perSecond: number, serviceMs: number): { atMs: number; direction: number }[] {
  const times = { serviceMs, heldMs: serviceMs, bootMs: 25_000 };
  const load = (perSecond * serviceMs) / 1000;
  let workers = 1;
  let waiting = 0;
  let boots: number[] = [];
  let memory: PolicyMemory | undefined;
  const turns: { atMs: number; direction: number }[] = [];
  for (let now = start; now < start + 3_600_000; now += 5_000) {
    const came = boots.filter((at) => now - at >= 25_000).length;
    boots = boots.filter((at) => now - at < 25_000);
    waiting = Math.max(0, waiting + perSecond * 5 - (workers * 5_000) / serviceMs);
    workers += came;
    const inFlight = waiting > 0 ? workers : Math.min(load, workers);
    const seen = situation({
      headcount: { ready: workers, booting: boots.length },
      bootingForMs: boots.map((at) => now - at),
      measured: times,
      now,
    });
    const queue = { visible: waiting, inFlight };
    const verdict = backlog({ ...seen, queue }, settings, memory);
    memory = verdict.memory;
    if (verdict.change > 0) boots.push(...repeat(verdict.change, now));
    else workers += verdict.change;
    const direction = Math.sign(verdict.change);
    if (direction !== 0 && direction !== turns.at(-1)?.direction)
      turns.push({ atMs: now - start, direction });
  }
  return turns;
}

it('under a constant load the fleet finds its size within half an hour, and stays', () => {
  const loads = fc.double({ min: 0.1, max: 18, noNaN: true });
  fc.assert(
    fc.property(loads, fc.integer({ min: 1, max: 3000 }), (load, serviceMs) => {
      const turns = turnsUnder((load * 1000) / serviceMs, serviceMs);
      expect(turns.length).toBeLessThanOrEqual(4);
      expect(turns.filter(({ atMs }) => atMs > 1_800_000)).toEqual([]);
    }),
    { numRuns: 50 },
  );
});
