import { expect, test } from 'vitest';
import { validatorIn } from './validator.ts';

const URL = 'https://images.example/cat.jpg';
const NOW = 'Sun, 29 Nov 2026 09:00:00 GMT';
const LONG_AGO = 'Sun, 22 Nov 2026 09:00:00 GMT';

test.each(['"abc"', 'W/"abc"', '""', '"a,b"'])('an ETag is kept as it came: %s', (etag) => {
  const headers = { etag, 'last-modified': LONG_AGO, date: NOW };
  expect(validatorIn(URL, headers)).toEqual({ url: URL, header: 'if-none-match', value: etag });
});

test.each([
  ['without quotes', 'abc'],
  ['that would mean any', '*'],
  ['that is two', '"a", "b"'],
  ['beyond ASCII', '"ä"'],
  ['with a line of its own', '"a\r\nx: y"'],
  ['of a length that is no tag’s', `"${'x'.repeat(257)}"`],
])('an ETag %s is none', (_what, etag) => {
  expect(validatorIn(URL, { etag, date: NOW })).toBeUndefined();
});

test('without an ETag the time of the last change is kept, once it lies a minute back', () => {
  const of = (modified: string, date: string) => validatorIn(URL, { 'last-modified': modified, date });
  expect(of(LONG_AGO, NOW)).toEqual({ url: URL, header: 'if-modified-since', value: LONG_AGO });
  expect(of('Sun, 29 Nov 2026 08:59:00 GMT', NOW)).toBeDefined();
  expect(of('Sun, 29 Nov 2026 08:59:01 GMT', NOW)).toBeUndefined();
  expect(of('Mon, 30 Nov 2026 09:00:00 GMT', NOW)).toBeUndefined();
  expect(of(LONG_AGO, '')).toBeUndefined();
  expect(of('a week ago', NOW)).toBeUndefined();
});

test.each([
  [{ 'cache-control': 'no-store' }],
  [{ 'cache-control': 'max-age=60, No-Store' }],
  [{ 'cache-control': ['private', 'no-store'] }],
  [{ vary: '*' }],
])('nothing is kept of a response that says %j', (headers) => {
  expect(validatorIn(URL, { etag: '"a"', ...headers })).toBeUndefined();
});

test('a response that is to be asked for anew each time is: that is what a validator is for', () => {
  expect(
    validatorIn(URL, { etag: '"a"', 'cache-control': 'no-cache, max-age=0', vary: 'accept' }),
  ).toBeDefined();
});
