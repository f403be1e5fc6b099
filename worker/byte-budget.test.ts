import fc from 'fast-check';
import { expect, it } from 'vitest';
import { ByteBudget } from './byte-budget.ts';

const never = new AbortController().signal;

it('lets files grow up to the limit, and past it the eldest alone', async () => {
  const budget = new ByteBudget(100);
  const [first, second] = [budget.open(), budget.open()];
  second.bytes = 100;
  await first.room(never);
  let went = false;
  const waiting = second.room(never).then(() => {
    went = true;
  });
  first.bytes = 50;
  await first.room(never);
  expect(went).toBe(false);
  first.giveBack();
  await waiting; // it is the eldest now
  const third = budget.open();
  const later = third.room(never);
  second.giveBack();
  await later;
});

it('holds up no small file, though large ones have taken all and come no further', async () => {
  const budget = new ByteBudget(100, 10);
  const [stalled, other, small] = [budget.open(), budget.open(), budget.open()];
  stalled.bytes = 80;
  other.bytes = 40;
  small.bytes = 9;
  await small.room(never);
  small.bytes = 10;
  let went = false;
  const waiting = small.room(never).then(() => {
    went = true;
  });
  await stalled.room(never);
  expect(went).toBe(false);
  stalled.giveBack();
  await waiting;
});

it('waits no longer than its signal', async () => {
  const budget = new ByteBudget(0);
  budget.open();
  const limit = new AbortController();
  const waiting = budget.open().room(limit.signal);
  limit.abort();
  await expect(waiting).rejects.toThrow();
});

it('whatever files come, all are read in the end, and never more than the limit and one file lie here', async () => {
  const files = fc.array(fc.array(fc.integer({ min: 1, max: 30 }), { maxLength: 8 }), { maxLength: 12 });
  await fc.assert(
    fc.asyncProperty(files, fc.scheduler(), async (chunksOfFiles, scheduler) => {
      const budget = new ByteBudget(100);
      let lying = 0;
      const read = async (chunks: number[]) => {
        const share = budget.open();
        for (const chunk of chunks) {
          await share.room(never);
          share.bytes += chunk;
          lying += chunk;
          expect(lying).toBeLessThanOrEqual(100 + 8 * 30);
          await scheduler.schedule(Promise.resolve());
        }
        lying -= share.bytes;
        share.giveBack();
      };
      const all = Promise.all(chunksOfFiles.map(read));
      await scheduler.waitFor(all);
      expect(lying).toBe(0);
    }),
  );
});
