import { expect, test } from 'vitest';
import { paysFrom, sharedCacheTable } from './shared-cache.ts';

test('a shared cache pays from the hit rate on at which its calls cost what inference does', () => {
  const calls = { put: 5e-6, get: 0.4e-6 };
  const inference = 1.7e-6;
  const from = paysFrom(inference, calls);
  const costAt = (hits: number) => calls.get + (1 - hits) * (calls.put + inference);
  expect(costAt(from)).toBeCloseTo(inference, 12);
  expect(costAt(from + 0.01)).toBeLessThan(inference);
  expect(paysFrom(0.1e-6, calls)).toBeGreaterThan(1);
});

test('the slower the engine, the sooner it pays', () => {
  const { rows } = sharedCacheTable('c7a.medium');
  const rates = rows.map(([, , , s3 = '', , express = '']) =>
    [s3, express].map((text) => Number.parseInt(text, 10)),
  );
  expect(rates).toEqual([...rates].sort(([a = 0], [b = 0]) => b - a));
  expect(rates.every(([s3 = 0, express = 0]) => express < s3)).toBe(true);
});
