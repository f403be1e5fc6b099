import { v7 } from 'uuid';
import { expect, test } from 'vitest';
import { momentFrom, rangeOf } from './time-range.ts';

const at = Date.UTC(2026, 10, 23, 18);

test('an id tells when to look: from just before it until an hour later', () => {
  expect(rangeOf(v7({ msecs: at }), {})).toEqual({ from: at - 10_000, to: at + 3_610_000 });
});

test('a time may be told as so long ago, or as a date', () => {
  expect(momentFrom('10m', at)).toBe(at - 600_000);
  expect(momentFrom('2d', at)).toBe(at - 172_800_000);
  expect(momentFrom('2026-11-23T18:00Z')).toBe(at);
  expect(() => momentFrom('soon')).toThrow('soon is no time');
  const range = rangeOf(v7({ msecs: at }), { since: '2026-11-23T17:00Z', until: '2026-11-23T19:00Z' });
  expect(range).toEqual({ from: at - 3_600_000, to: at + 3_600_000 });
});

test('what is no id is told, unless the time is said; so is an end before the beginning', () => {
  expect(() => rangeOf('i-0123', {})).toThrow('UUIDs of version 7');
  expect(rangeOf('i-0123', { since: '2026-11-23T18:00Z' }).from).toBe(at);
  expect(() => rangeOf(v7({ msecs: at }), { until: '2026-11-23T17:00Z' })).toThrow('--until lies before');
});
