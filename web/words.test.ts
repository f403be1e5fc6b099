import { expect, test } from 'vitest';
import { ERROR_CODES } from '../shared/errors.ts';
import { adviceFor } from './advice.ts';
import { duration, percent } from './format.ts';
import { medianSteps, stepsOf } from './steps.ts';

test.each(ERROR_CODES)('%s is told in plain words, with what to do', (code) => {
  const { what, toDo } = adviceFor({ code, message: 'The host answered 404.', retryAfterMs: 4_200 });
  expect(what).toMatch(/^[A-Z].{15,}\.$/);
  expect(toDo).toMatch(/^[A-Z].{8,}\.$/);
  expect(what + toDo).not.toContain(code);
});

test('an error says when to try again where the service knows, and a code that is new is told in its own words', () => {
  expect(adviceFor({ code: 'OVERLOADED', message: '', retryAfterMs: 4_200 }).toDo).toBe('Try again in 5 s.');
  expect(adviceFor({ code: 'BRAND_NEW', message: 'Out of film.' })).toMatchObject({ what: 'Out of film.' });
  expect(adviceFor({ code: 'constructor', message: 'Out of film.' }).what).toBe('Out of film.');
});

test('times and shares are written as people read them', () => {
  expect([0.4, 87, 999.6, 1_440, 12_300, 120_000].map(duration)).toEqual([
    ...['0 ms', '87 ms', '1.0 s', '1.4 s', '12 s', '2 min'],
  ]);
  expect(percent(0.58249)).toBe('58.2 %');
});

const timings = { queueMs: 4, downloadMs: 10, decodeMs: 6, inferMs: 60, totalMs: 100 };
test('the steps of an image’s time add up to it, and the median is of each step', () => {
  expect(stepsOf(timings).reduce((sum, { ms }) => sum + ms, 0)).toBe(100);
  expect(stepsOf({ ...timings, totalMs: 70 }).at(-1)?.ms).toBe(0); // clocks of two machines
  const slow = { ...timings, inferMs: 600, totalMs: 700 };
  const [queue, , , classify] = medianSteps([timings, slow, slow]);
  expect([queue?.ms, classify?.ms]).toEqual([4, 600]);
  expect(medianSteps([])).toEqual([]);
});
