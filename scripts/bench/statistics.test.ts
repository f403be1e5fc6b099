import { expect, test } from 'vitest';
import { latencyFigures, median, percentile } from './statistics.ts';

const hundred = Array.from({ length: 100 }, (_, index) => index + 1);

test('a percentile is the smallest measured value that the share is not above', () => {
  expect(percentile(hundred, 0.5)).toBe(50);
  expect(percentile(hundred, 0.99)).toBe(99);
  expect(percentile(hundred, 1)).toBe(100);
  expect(percentile([7], 0.5)).toBe(7);
  expect(percentile([1, 2, 3], 0.99)).toBe(3);
});

test('latencies are told whatever their order, and left as they were', () => {
  const latencies = hundred.toReversed();
  expect(latencyFigures(latencies)).toEqual({ p50Ms: 50, p95Ms: 95, p99Ms: 99, meanMs: 50.5, maxMs: 100 });
  expect(latencies[0]).toBe(100);
});

test('of no latencies nothing is told', () => {
  expect(latencyFigures([])).toBeUndefined();
});

test('the median of an even number lies between the two in the middle', () => {
  expect(median([9, 1, 5])).toBe(5);
  expect(median([1, 9, 5, 4])).toBe(4.5);
});
