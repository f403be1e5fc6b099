import { expect, it } from 'vitest';
import { differsNoticeably, smooth } from './service-time.ts';

it('begins with the first sample, and follows a change within some twenty more', () => {
  let mean = smooth(undefined, 100);
  expect(mean).toBe(100);
  for (let i = 0; i < 20; i++) mean = smooth(mean, 200);
  expect(mean).toBeGreaterThan(185);
});

it('is not thrown by one odd job', () => {
  expect(smooth(100, 200)).toBeCloseTo(110);
});

it('differs noticeably from a fifth on, either way, and from never having been told', () => {
  expect([79, 81, 119, 121].map((ms) => differsNoticeably(100, ms))).toEqual([true, false, false, true]);
  expect(differsNoticeably(undefined, 1)).toBe(true);
});
