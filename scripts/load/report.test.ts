import { expect, test } from 'vitest';
import { thisMachine } from '../bench/machine.ts';
import type { MemoryFigures } from './memory.ts';
import { Outcomes } from './outcomes.ts';
import { textReport, verdictsOn } from './report.ts';
import type { LoadReport } from './run-load.ts';

const PATIENCE_MS = 150_000;
const flat: MemoryFigures = {
  process: 'worker (1)',
  firstMb: 90,
  lastMb: 92,
  mostMb: 95,
  slopeMbPerMinute: 0.2,
};

/** A load under which all held, but for what is said. */
function reportOf(change: (outcomes: Outcomes) => void = () => {}, memory = [flat]): LoadReport {
  const outcomes = new Outcomes();
  for (let n = 0; n < 100; n++) {
    outcomes.add({ kind: 'result' }, 1_000 * n, PATIENCE_MS);
    outcomes.add({ kind: 'error', code: 'OVERLOADED' }, n / 2, PATIENCE_MS);
  }
  change(outcomes);
  const options = { seconds: 300, factor: 2, workers: 2, engine: 'auto', echoMs: 0, deadline: 120 } as const;
  return { options, capacity: 10, rate: 20, ...outcomes.figures(), memory, machine: thisMachine() };
}
const broken = (report: LoadReport) =>
  verdictsOn(report).flatMap(({ promise, held }) => (held ? [] : [promise]));

test('a load under which all promises held is passed', () => {
  expect(broken(reportOf())).toEqual([]);
  expect(textReport(reportOf())).toContain('results    100 (50.0 %), after p50 49.0 s');
});

test.each<[string, (outcomes: Outcomes) => void]>([
  ['by its code', (outcomes) => outcomes.add({ kind: 'error', code: 'INTERNAL' }, 5, PATIENCE_MS)],
  [
    'within 100 ms',
    (outcomes) => {
      for (let n = 0; n < 3; n++) outcomes.add({ kind: 'error', code: 'OVERLOADED' }, 101, PATIENCE_MS);
    },
  ],
  ['is answered', (outcomes) => outcomes.add({ kind: 'timed-out' }, PATIENCE_MS, PATIENCE_MS)],
  ['within the deadline', (outcomes) => outcomes.add({ kind: 'timed-out' }, 120_000, PATIENCE_MS)],
  ['within the deadline', (outcomes) => outcomes.add({ kind: 'result' }, 120_001, PATIENCE_MS)],
])('a broken promise (%s) is told', (promise, change) => {
  expect(broken(reportOf(change))).toEqual([expect.stringContaining(promise)]);
});

test('a service that refuses nothing, or grows, has not held; its cloud may grow, for it is in memory', () => {
  const nothingRefused = { ...reportOf(), refused: 0, refusalMs: undefined };
  expect(broken(nothingRefused)).toHaveLength(2);
  const grows = { ...flat, slopeMbPerMinute: 10 };
  expect(broken(reportOf(undefined, [grows]))).toEqual([expect.stringContaining('memory is flat')]);
  expect(
    broken(reportOf(undefined, [{ ...grows, process: 'launcher with the embedded cloud (2)' }])),
  ).toEqual([]);
});
