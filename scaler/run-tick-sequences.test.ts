import fc from 'fast-check';
import { beforeEach, expect, it, vi } from 'vitest';
import { TAGS } from '../shared/tags.ts';
import { throttledError } from './testing/model-cloud.ts';
import { type ModelFleet, modelFleet } from './testing/model-fleet.ts';

/*
 * Random sequences of what can happen to a fleet, and after each tick what must hold whatever happened. The cloud is the
 * model in testing/model-cloud.ts; the tick is the one that runs in production.
 */
beforeEach(() => void vi.spyOn(process.stderr, 'write').mockReturnValue(true));

type Step = (fleet: ModelFleet) => void | Promise<void>;
const pick = <T>(items: readonly T[], n: number): T | undefined => items[n % Math.max(1, items.length)];
/** A step that a failing run shows by its name. */
const step = <T>(
  name: string,
  values: fc.Arbitrary<T>,
  run: (fleet: ModelFleet, value: T) => void | Promise<void>,
) =>
  values.map((value) => ({
    run: (fleet: ModelFleet) => run(fleet, value),
    toString: () => `${name} ${value}`,
  }));
const some = fc.nat({ max: 1000 });

const happenings = fc.oneof(
  step('backlog', fc.nat({ max: 200 }), ({ cloud }, n) => {
    cloud.queue = { visible: n, inFlight: 0 };
  }),
  step('no depth', fc.constant(''), ({ cloud }) => {
    cloud.queue = undefined;
  }),
  step('boot', some, ({ cloud }, n) => {
    const machine = pick(
      cloud.up.filter(({ state }) => state === 'pending'),
      n,
    );
    if (machine) cloud.say(machine, 'ready', { [TAGS.terminateId]: '', [TAGS.serviceMs]: '200' });
  }),
  step('all boot', fc.constant(''), (fleet) => fleet.boot()),
  step('crash', fc.constant(''), (fleet) => fleet.crash()),
  step('obey', fc.constant(''), (fleet) => fleet.obey()),
  step('vanish', some, ({ cloud }, n) => {
    const machine = pick(cloud.up, n);
    if (machine) cloud.machinesById.delete(machine.id);
  }),
  step('fall silent', some, ({ cloud }, n) => {
    const machine = pick(cloud.up, n);
    if (machine) machine.honest = false;
  }),
  step(
    'foreign tags',
    fc.tuple(some, fc.constantFrom(...Object.values(TAGS), 'Name'), fc.string()),
    ({ cloud }, [n, key, value]) => {
      const machine = pick(cloud.up, n);
      if (machine && key !== TAGS.stage && key !== TAGS.state) machine.tags[key] = value;
      if (machine) machine.honest = false;
    },
  ),
  step('lag', fc.integer({ min: 0, max: 30_000 }), ({ cloud }, ms) => {
    cloud.lagMs = ms;
  }),
  step('scarce', fc.nat({ max: 3 }), ({ cloud }, most) => {
    cloud.give = (count) => Math.min(count, most);
  }),
  step('plenty', fc.constant(''), ({ cloud }) => {
    cloud.give = (count) => count;
  }),
  step('refused', fc.constant(''), ({ cloud }) => {
    cloud.give = () => {
      throw throttledError();
    };
  }),
  step('throttled', fc.boolean(), ({ cloud }, throttled) => {
    cloud.throttled = throttled;
  }),
  step('deploy', fc.integer({ min: 1, max: 4 }), (fleet, version) =>
    fleet.deploy({ LAUNCH_TEMPLATE_VERSION: String(version) }),
  ),
);
const clockJumps = step('clock jumps by s', fc.integer({ min: -7200, max: 7200 }), ({ cloud }, seconds) => {
  cloud.clock += seconds * 1000;
});

/** What must hold at any time; and the ticks, each followed by a look at what must hold after it. */
function watched(fleet: ModelFleet) {
  const { cloud } = fleet;
  const { MIN_WORKERS: min, MAX_WORKERS: max } = fleet.config;
  /** What was launched is in the state by then: no tick acts without the lease. */
  const launch = cloud.launch.bind(cloud);
  cloud.launch = async (one) => {
    expect(cloud.state?.launches.map(({ token }) => token)).toContain(one.token);
    return launch(one);
  };
  const endMachines = cloud.endMachines.bind(cloud);
  cloud.endMachines = async (ids) => {
    for (const id of ids) {
      const machine = cloud.machinesById.get(id);
      const works = machine?.honest && machine.state === 'running' && machine.tags[TAGS.state] === 'ready';
      if (works) expect(cloud.clock - Date.parse(machine.tags[TAGS.seen] ?? '')).toBeGreaterThan(180_000);
    }
    return endMachines(ids);
  };
  const check = (calls: number, tokens: Set<string>) => {
    expect(cloud.hands.length).toBeLessThanOrEqual(max);
    expect(cloud.launchCalls.length - calls).toBeLessThanOrEqual(1);
    const token = cloud.launchCalls[calls]?.token;
    if (token !== undefined) expect(tokens).not.toContain(token);
  };
  return async (together: number) => {
    const calls = cloud.launchCalls.length;
    const tokens = new Set(cloud.launchCalls.map(({ token }) => token));
    const results = await Promise.all(
      Array.from({ length: together }, () => fleet.tick().catch((error: Error) => ({ outcome: error.name }))),
    );
    check(calls, tokens);
    const acted = results.filter((result) => 'plan' in result);
    expect(acted.length).toBeLessThanOrEqual(1);
    const [ticked] = acted;
    if (!ticked || !('plan' in ticked)) return;
    // Below MIN_WORKERS it launches, or has launched, or says why it does not yet.
    const { state } = ticked;
    const coming = state.launches.reduce((sum, { count, shown = [] }) => sum + count - shown.length, 0);
    const { booting, ready } = state.workers;
    const workers = booting + ready + coming + (state.starts?.length ?? 0) - state.terminations.length;
    const rollsOver = state.terminations.some(({ replacedBy }) => replacedBy !== undefined);
    if (!state.failedBoots && !rollsOver) expect(workers).toBeGreaterThanOrEqual(min);
    expect(state.tickedAt).toBe(cloud.clock);
  };
}

const ticks = fc.record({
  together: fc.constantFrom(1, 1, 1, 2, 3),
  seconds: fc.oneof(
    { weight: 8, arbitrary: fc.constant(5) },
    { weight: 2, arbitrary: fc.nat({ max: 4 }) },
    fc.nat({ max: 400 }),
  ),
});
const policies = fc.constantFrom('classifycloud', 'backlog');
const limits = fc.record({ min: fc.nat({ max: 4 }), above: fc.nat({ max: 16 }), pool: fc.nat({ max: 3 }) });

const run = (steps: fc.Arbitrary<{ run: Step }>) =>
  fc.assert(
    fc.asyncProperty(
      policies,
      limits,
      fc.array(fc.tuple(fc.array(steps, { maxLength: 3 }), ticks), { maxLength: 40 }),
      async (SCALING_POLICY, { min, above, pool }, sequence) => {
        const max = Math.max(1, min + above);
        const fleet = modelFleet({
          SCALING_POLICY,
          MIN_WORKERS: String(min),
          MAX_WORKERS: String(max),
          WARM_POOL_SIZE: String(Math.min(pool, max)),
        });
        const tick = watched(fleet);
        for (const [happened, { together, seconds }] of sequence) {
          for (const { run } of happened) await run(fleet);
          fleet.pass(seconds);
          await tick(together);
        }
      },
    ),
    { numRuns: Number(process.env.RUNS ?? 300) },
  );

it('whatever happens, in whatever order, no tick breaks a promise', () => run(happenings));

it('nor does one by a clock that jumps', () =>
  run(fc.oneof({ weight: 5, arbitrary: happenings }, clockJumps)));
