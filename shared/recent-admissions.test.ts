import { expect, it } from 'vitest';
import { RecentAdmissions } from './recent-admissions.ts';

const AT = 1_700_000_000_000;

it('tells what a tenant has of its equal share of the last minute', () => {
  const recent = new RecentAdmissions();
  expect(recent.shareOf('a', 1, AT)).toBe(1);
  recent.add('a', 30, AT);
  recent.add('b', 9, AT + 10_000);
  expect(recent.shareOf('a', 1, AT + 20_000)).toBeCloseTo((31 / 40) * 2);
  expect(recent.shareOf('c', 1, AT + 20_000)).toBeCloseTo((1 / 40) * 3);
});

it('forgets what is older, and who has asked for nothing since', () => {
  const recent = new RecentAdmissions();
  recent.add('a', 30, AT);
  recent.add('b', 9, AT + 59_000);
  expect(recent.shareOf('b', 1, AT + 59_000)).toBeCloseTo((10 / 40) * 2);
  expect(recent.shareOf('b', 1, AT + 60_000)).toBe(1);
  recent.add('b', 1, AT + 61_000);
  expect(recent.shareOf('b', 1, AT + 61_000)).toBe(1);
});

it('forgets it too where the clock was ahead for a while', () => {
  const recent = new RecentAdmissions();
  recent.add('a', 30, AT + 3_600_000);
  recent.add('a', 1, AT);
  recent.add('b', 9, AT + 61_000);
  expect(recent.shareOf('a', 1, AT + 61_000)).toBeCloseTo((31 / 40) * 2);
});

it('counts what was admitted since a time', () => {
  const recent = new RecentAdmissions();
  recent.add('a', 1, AT);
  recent.add('b', 2, AT + 5_000);
  recent.add('a', 4, AT + 9_000);
  expect(recent.since(AT + 5_000)).toBe(6);
});
