import { expect, it } from 'vitest';
import { launchToken, slotOf } from './slots.ts';

const twelve = Date.UTC(2026, 10, 20, 12);

it('a slot lasts 5 s', () => {
  expect(slotOf(twelve)).toBe(twelve);
  expect(slotOf(twelve + 4_999)).toBe(twelve);
  expect(slotOf(twelve + 5_000)).toBe(twelve + 5_000);
});

it('a token names its stage and its slot, and no two are alike, though the clock be set back', () => {
  const tokens = Array.from({ length: 100 }, () => launchToken('dev', twelve + 4_999));
  for (const token of tokens) expect(token).toMatch(new RegExp(`^dev-${twelve}-[0-9a-f]{8}$`));
  expect(new Set(tokens).size).toBe(100);
});

it('a token keeps to 64 characters, and apart, however long the stage’s name', () => {
  const long = 'a-branch-whose-name-says-all-that-it-changes-and-then-some-more';
  expect(launchToken(long, twelve)).toHaveLength(64);
  expect(launchToken(long, twelve)).not.toBe(launchToken(long, twelve));
});
