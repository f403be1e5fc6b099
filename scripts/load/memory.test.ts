import { expect, test } from 'vitest';
import { memoryFigures, slopePerMinute } from './memory.ts';

const line = (count: number, mbPerSecond: number, from = 100) =>
  Array.from({ length: count }, (_, n) => ({ at: n * 2, rssMb: from + n * 2 * mbPerSecond }));

test('a slope is that of the line through the samples, also where they scatter', () => {
  expect(slopePerMinute(line(20, 0.5))).toBeCloseTo(30, 6);
  const scattered = line(200, 0.5).map(({ at, rssMb }, n) => ({ at, rssMb: rssMb + (n % 2 ? 3 : -3) }));
  expect(slopePerMinute(scattered)).toBeCloseTo(30, 1);
  expect(slopePerMinute(line(5, 1))).toBeUndefined();
});

test('growth in the first half, while caches fill, does not count', () => {
  const samples = [...line(30, 2), ...line(30, 0, 220).map(({ at, rssMb }) => ({ at: at + 60, rssMb }))];
  const figures = memoryFigures('worker (1)', samples);
  expect(figures).toMatchObject({ firstMb: 100, lastMb: 220, mostMb: 220 });
  expect(figures.slopeMbPerMinute).toBeCloseTo(0, 6);
});
