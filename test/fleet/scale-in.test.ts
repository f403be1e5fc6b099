import { randomInt } from 'node:crypto';
import { beforeAll, expect, it, vi } from 'vitest';
import { answerInProcess } from './in-process-aws.ts';
import { machines } from './machines.ts';
import { runScenario, type Tally } from './scale-in.ts';
import { scenarios } from './scenario.ts';

// Decoding is most of what a job costs, and has no part in this.
vi.mock('../../worker/decode-image.ts', () => ({
  decodeImage: async () => ({ views: [new Uint8Array(299 * 299 * 3)] }),
}));

/** `SCENARIOS=20000 SEED=7 npx vitest run test/fleet` runs more of them, or the same again. */
const COUNT = Number(process.env.SCENARIOS ?? 1000);
const SEED = Number(process.env.SEED ?? randomInt(2 ** 31));
/** At once; each of them waits most of its time. */
const TOGETHER = 40;

beforeAll(() => {
  process.env.AWS_REGION = 'us-east-1';
  process.env.LOG_LEVEL = 'error';
  vi.spyOn(process.stderr, 'write').mockReturnValue(true);
  answerInProcess(machines);
});

it(`in ${COUNT} random scale-ins no busy worker is killed, and no job is lost`, async () => {
  const all = scenarios(COUNT, SEED);
  const tallies: Tally[] = [];
  const next = all.entries();
  const runSome = async () => {
    for (const [, scenario] of next) {
      const tally = await runScenario(scenario);
      tallies.push(tally);
      const told = `SEED=${SEED} ${JSON.stringify(scenario)} ${JSON.stringify(tally)}`;
      expect(tally, told).toMatchObject({ busyKilled: 0, lost: 0, undone: 0, ended: 0 });
    }
  };
  await Promise.all(Array.from({ length: TOGETHER }, runSome));

  const sum = (what: (tally: Tally) => number) => tallies.reduce((total, tally) => total + what(tally), 0);
  const figures = {
    scenarios: tallies.length,
    jobs: sum(({ jobs }) => jobs),
    left: sum(({ left }) => left),
    leftWhileBusy: sum(({ leftWhileBusy }) => leftWhileBusy),
    parked: sum(({ parked }) => parked),
    busyKilled: sum(({ busyKilled }) => busyKilled),
    lost: sum(({ lost }) => lost),
  };
  console.log(JSON.stringify(figures));
  // It is about nothing unless workers did go, and some of them with a job in hand.
  expect(figures.left).toBeGreaterThan(COUNT / 2);
  expect(figures.leftWhileBusy).toBeGreaterThan(COUNT / 100);
  expect(figures.parked).toBeGreaterThan(COUNT / 100);
}, 600_000);
