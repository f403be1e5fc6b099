import { expect, test } from 'vitest';
import { growth } from './memory-mode.ts';

const samples = (rssMb: (index: number) => number) =>
  Array.from({ length: 100 }, (_, index) => ({ rssMb: rssMb(index) }));

test('memory that only rises while the worker warms up is flat', () => {
  expect(growth(samples((index) => (index < 10 ? 150 + index * 5 : 200)))).toMatch(/^flat: 0\.0 %/);
});

test('memory that rises on and on is growing', () => {
  expect(growth(samples((index) => 200 + index))).toMatch(/^growing/);
});
