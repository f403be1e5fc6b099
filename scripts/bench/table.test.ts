import { expect, test } from 'vitest';
import { textTable } from './table.ts';

test('a table has the columns that are filled, in their order, numbers to the right with their decimals', () => {
  const rows = [
    { name: '1 at once', p50Ms: 9.876, imagesPerSecond: 101.25 },
    { name: '64 at once', p50Ms: 110.04, imagesPerSecond: 7, errors: 2, errorCodes: { INTERNAL: 2 } },
  ];
  expect(textTable(rows)).toBe(
    [
      '            images/s  p50 ms  errors  errors by code',
      '1 at once      101.3     9.9',
      '64 at once       7.0   110.0       2  INTERNAL 2',
    ].join('\n'),
  );
});
