import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { emfDocument } from '../shared/testing/emf-document.ts';
import { fleetStateOf } from '../shared/testing/fleet-state.ts';
import { tickReporter } from './report.ts';

type Ticked = Parameters<ReturnType<typeof tickReporter>>[0];

let lines: string[];
beforeEach(() => {
  lines = [];
  vi.spyOn(process.stderr, 'write').mockImplementation((line) => lines.push(String(line)) > 0);
});
afterEach(() => vi.restoreAllMocks());

const ticked = (over: Partial<Ticked> = {}): Ticked => ({
  outcome: 'held',
  state: fleetStateOf({}),
  plan: { launch: undefined, starts: [], terminations: [], stops: [], ends: [], reason: '' },
  done: { launched: undefined, started: undefined, throttled: false },
  failedBoots: [],
  ...over,
});
const namesIn = (line: string | undefined) =>
  emfDocument
    .parse(JSON.parse(line ?? ''))
    ._aws.CloudWatchMetrics.flatMap(({ Metrics }) => Metrics.map(({ Name }) => Name));

test('a tick that does nothing costs two metrics', () => {
  tickReporter('prod')(ticked());
  expect(namesIn(lines[0])).toEqual(['Backlog', 'WorkersReady']);
  expect(JSON.parse(lines[0] ?? '')).toMatchObject({ stage: 'prod', Backlog: 9, WorkersReady: 2 });
});

test('what was decided and done is counted', () => {
  const { state, plan, done } = ticked();
  const failedBoots = { count: 4, last: 'i-4', launchedAt: 0, waitMs: 1, retryAt: 1 };
  tickReporter('prod')(
    ticked({
      outcome: 'acted',
      state: { ...state, workers: { booting: 3, ready: 2, draining: 1 }, parked: 1, failedBoots },
      plan: { ...plan, terminations: [{ id: 'a' }, { id: 'b' }], ends: ['i-1'] },
      done: { ...done, launched: 3 },
    }),
  );
  expect(JSON.parse(lines[0] ?? '')).toMatchObject({
    ...{ WorkersBooting: 3, WorkersDraining: 1, WorkersParked: 1 },
    ...{ MachinesLaunched: 3, WorkersDismissed: 2, MachinesEnded: 1, FailedBootsInARow: 4 },
  });
});

test('a boot that failed is counted once, however long EC2 shows its machine', () => {
  const report = tickReporter('prod');
  // Those of the first tick may have been counted by another process.
  for (const failedBoots of [['i-1'], ['i-1', 'i-2', 'i-3'], ['i-1', 'i-2', 'i-3'], ['i-3', 'i-4']])
    report(ticked({ failedBoots }));
  expect(lines.map((line) => JSON.parse(line).FailedBoots)).toEqual([undefined, 2, undefined, 1]);
});
