import { expect, it } from 'vitest';
import { Turns } from './turns.ts';

it('runs as many tasks at once as it was told, the others in the order they came', async () => {
  const turns = new Turns(2);
  const begun: number[] = [];
  const ends: (() => void)[] = [];
  const all = [0, 1, 2, 3].map((task) =>
    turns.run(() => {
      begun.push(task);
      return new Promise<void>((resolve) => ends.push(resolve));
    }),
  );
  expect(begun).toEqual([0, 1]);
  ends[1]?.();
  await all[1];
  expect(begun).toEqual([0, 1, 2]);
  for (const task of [0, 2, 3]) {
    ends[task]?.();
    await all[task];
  }
  expect(begun).toEqual([0, 1, 2, 3]);
});

it('gives the turn on when a task fails', async () => {
  const turns = new Turns(1);
  await expect(turns.run(() => Promise.reject(new Error('no')))).rejects.toThrow('no');
  await expect(turns.run(async () => 'next')).resolves.toBe('next');
});
