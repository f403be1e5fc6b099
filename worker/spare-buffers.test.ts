import { expect, it } from 'vitest';
import { SpareBuffers } from './spare-buffers.ts';

it('lends a buffer again once it is given back, and only to who wants as much', () => {
  const spare = new SpareBuffers();
  const first = spare.lend(10);
  expect(first.bytes).toHaveLength(10);
  expect(spare.lend(10).bytes).not.toBe(first.bytes);
  first.giveBack();
  expect(spare.lend(11).bytes).toHaveLength(11);
  expect(spare.lend(10).bytes).toBe(first.bytes);
});

it('what is given back twice is not lent to two', () => {
  const spare = new SpareBuffers();
  const once = spare.lend(10);
  once.giveBack();
  once.giveBack();
  const again = spare.lend(10);
  once.giveBack(); // it is another's now
  expect(spare.lend(10).bytes).not.toBe(again.bytes);
});

it('keeps only the last few megabytes', () => {
  const spare = new SpareBuffers();
  const many = Array.from({ length: 20 }, () => spare.lend(1_000_000));
  for (const { giveBack } of many) giveBack();
  const kept = new Set(Array.from({ length: 20 }, () => spare.lend(1_000_000).bytes));
  expect(many.flatMap(({ bytes }, i) => (kept.has(bytes) ? [i] : []))).toEqual([16, 17, 18, 19]);
});
