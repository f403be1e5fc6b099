import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { ServiceError } from '../shared/errors.ts';
import type { ResultMessage } from '../shared/protocol.ts';
import { emfDocument } from '../shared/testing/emf-document.ts';
import { errorFor } from './answer.ts';
import { JobMetrics } from './job-metrics.ts';
import { jobFor } from './testing/jobs.ts';

let lines: string[];
beforeEach(() => {
  lines = [];
  vi.useFakeTimers();
  vi.spyOn(process.stderr, 'write').mockImplementation((line) => lines.push(String(line)) > 0);
});
afterEach(() => {
  vi.useRealTimers();
  vi.restoreAllMocks();
});
const read = () => lines.map((line) => emfDocument.parse(JSON.parse(line)));

const result = (queueMs: number): ResultMessage => ({
  type: 'result',
  requestId: 'id',
  imageUrl: 'http://a.test/',
  model: { name: 'inception-v3', version: '1', engine: 'echo', precision: 'int8' },
  labels: [],
  timings: { queueMs, downloadMs: 1, decodeMs: 2, inferMs: 3, totalMs: 9.5 },
});
const failed = errorFor(jobFor('http://a.test/'), new ServiceError('INTERNAL').toBody());

test('the jobs of a minute are one line, with each one’s times', () => {
  const metrics = new JobMetrics();
  metrics.answered(result(4), false);
  metrics.answered(result(5), false);
  metrics.answered(failed, true);
  vi.advanceTimersByTime(59_999);
  expect(lines).toEqual([]);
  vi.advanceTimersByTime(1);
  expect(read()).toEqual([
    expect.objectContaining({
      ...{ event: 'jobs', Answered: 3, Errors_INTERNAL: 1, DeadLetters: 1 },
      ...{ QueueMs: [4, 5], DownloadMs: [1, 1], DecodeMs: [2, 2], InferenceMs: [3, 3], TotalMs: [9.5, 9.5] },
    }),
  ]);
  vi.advanceTimersByTime(60_000);
  expect(lines).toHaveLength(1);
  metrics.close();
});

test('more results than a line takes are several lines, and none is lost when the worker leaves', () => {
  const metrics = new JobMetrics();
  for (let i = 0; i < 250; i++) metrics.answered(result(i), false);
  metrics.close();
  const values = read().map(({ QueueMs }) => QueueMs);
  expect(values.map((some) => Array.isArray(some) && some.length)).toEqual([100, 100, 50]);
  expect(values.flat()).toEqual(Array.from({ length: 250 }, (_, i) => i));
  vi.advanceTimersByTime(120_000);
  expect(lines).toHaveLength(3);
});

test('errors alone have no times', () => {
  const metrics = new JobMetrics();
  metrics.answered(failed, false);
  metrics.close();
  expect(read()).toEqual([expect.objectContaining({ Answered: 1, Errors_INTERNAL: 1 })]);
  expect(read()[0]).not.toHaveProperty('QueueMs');
});

test('what was remembered is counted, and its noughts are no times of decoding and inference', () => {
  const metrics = new JobMetrics();
  metrics.answered({ ...result(4), cached: true }, false);
  metrics.answered(result(5), false);
  metrics.close();
  expect(read()).toEqual([expect.objectContaining({ CacheHits: 1, QueueMs: [4, 5], InferenceMs: [3] })]);

  const others = new JobMetrics();
  others.answered({ ...result(6), cached: true }, false);
  others.close();
  expect(read()[1]).toMatchObject({ CacheHits: 1, QueueMs: [6] });
  expect(read()[1]).not.toHaveProperty('InferenceMs');
});
