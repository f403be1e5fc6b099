import { expect, it } from 'vitest';
import { Tally } from './tally.ts';

it('counts the best label and the best five', () => {
  const tally = new Tally();
  tally.add([1], [1, 2, 3, 4, 5]);
  tally.add([5], [1, 2, 3, 4, 5]);
  tally.add([6], [1, 2, 3, 4, 5, 6]);
  tally.add([7], []);
  expect([tally.images, tally.top1, tally.top5]).toEqual([4, 0.25, 0.5]);
});

it('either of two classes that share a name is right', () => {
  const tally = new Tally();
  tally.add([135, 518], [518]);
  expect(tally.top1).toBe(1);
  expect(tally.confusions()).toEqual([]);
});

it('the most frequent confusions come first', () => {
  const tally = new Tally();
  for (const predicted of [9, 8, 9, 3]) tally.add([3], [predicted]);
  tally.add([2], [8]);
  expect(tally.confusions()).toEqual([
    { actual: 3, predicted: 9, count: 2 },
    { actual: 2, predicted: 8, count: 1 },
    { actual: 3, predicted: 8, count: 1 },
  ]);
});
