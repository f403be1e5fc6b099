import { expect, it } from 'vitest';
import { Patience } from './patience.ts';

/** Ticks that are left out after each of a row of throttled ones. */
const pauses = (patience: Patience, times: number) =>
  Array.from({ length: times }, () => {
    patience.onThrottled();
    let left = 0;
    while (patience.isNeeded) left++;
    return left;
  });

it('leaves out more and more ticks while EC2 is asked too often, a minute at most', () => {
  expect(pauses(new Patience(), 6)).toEqual([1, 2, 4, 8, 12, 12]);
});

it('begins anew once EC2 has answered', () => {
  const patience = new Patience();
  pauses(patience, 3);
  patience.onAnswered();
  expect(patience.isNeeded).toBe(false);
  expect(pauses(patience, 1)).toEqual([1]);
});
