import { expect, it } from 'vitest';
import { launchToken, slotOf } from './slots.ts';

const twelve = Date.UTC(2026, 10, 20, 12);

it('a slot lasts 5 s', () => {
  expect(slotOf(twelve)).toBe(twelve);
  expect(slotOf(twelve + 4_999)).toBe(twelve);
  expect(slotOf(twelve + 5_000)).toBe(twelve + 5_000);
});

it('a token is one for a stage and a slot, and no other', () => {
  expect(launchToken('dev', twelve + 4_999)).toBe(launchToken('dev', twelve));
  expect(launchToken('dev', twelve + 5_000)).not.toBe(launchToken('dev', twelve));
  expect(launchToken('prod', twelve)).not.toBe(launchToken('dev', twelve));
});

it('a token keeps to 64 characters, and apart, however long the stage’s name', () => {
  const long = 'a-branch-whose-name-says-all-that-it-changes-and-then-some-more';
  expect(launchToken(long, twelve)).toHaveLength(64);
  expect(launchToken(`${long}-1`, twelve)).not.toBe(launchToken(`${long}-2`, twelve));
});
