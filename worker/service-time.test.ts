import { expect, it } from 'vitest';
import { differsNoticeably, ServiceMeter, smooth } from './service-time.ts';

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

it('shares the time of a lone image by the threads', () => {
  const meter = new ServiceMeter(2);
  expect(meter.end({ threadMs: 60, endedAt: 1_000, othersWait: false })).toBe(30);
  expect(meter.end({ threadMs: 80, endedAt: 9_000, othersWait: false })).toBe(40);
});

it('counts from end to end while images wait, however long each seems to take, and not across a rest', () => {
  const meter = new ServiceMeter(2);
  meter.end({ threadMs: 150, endedAt: 1_000, othersWait: true });
  expect(meter.end({ threadMs: 150, endedAt: 1_040, othersWait: true })).toBe(40);
  expect(meter.end({ threadMs: 150, endedAt: 1_090, othersWait: false })).toBe(50);
  expect(meter.end({ threadMs: 60, endedAt: 9_000, othersWait: false })).toBe(30);
});
