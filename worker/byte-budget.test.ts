import fc from 'fast-check';
import { expect, it } from 'vitest';
import { ByteBudget, type ByteShare } from './byte-budget.ts';

const never = new AbortController().signal;

function growing(share: ByteShare, bytes = 1): { went: boolean; end: Promise<void> } {
  const wait = {
    went: false,
    end: share.grow(bytes, never).then(() => {
      wait.went = true;
    }),
  };
  return wait;
}

it('lets files grow up to the limit, and past it the eldest alone', async () => {
  const budget = new ByteBudget(100);
  const [first, second] = [budget.open(), budget.open()];
  await second.grow(100, never);
  await first.grow(50, never);
  const waiting = growing(second);
  await first.grow(1, never);
  expect(waiting.went).toBe(false);
  first.giveBack();
  await waiting.end; // it is the eldest now
  const third = budget.open();
  const later = growing(third);
  second.giveBack();
  await later.end;
});

it('lets one go on of those that wait for the same room, not all of them', async () => {
  const budget = new ByteBudget(100);
  const [eldest, large, ...waiting] = [...Array(6)].map(() => budget.open());
  await large?.grow(100, never);
  const waits = waiting.map((share) => growing(share, 100));
  large?.giveBack();
  await Promise.any(waits.map(({ end }) => end));
  await eldest?.grow(1, never);
  expect(waits.filter(({ went }) => went)).toHaveLength(1);
});

it('holds up no small file, though large ones have taken all and come no further', async () => {
  const budget = new ByteBudget(100, 10);
  const [stalled, other, small] = [budget.open(), budget.open(), budget.open()];
  await stalled.grow(80, never);
  await other.grow(40, never);
  await small.grow(9, never);
  await small.grow(1, never);
  const waiting = growing(small);
  await stalled.grow(1, never);
  expect(waiting.went).toBe(false);
  stalled.giveBack();
  await waiting.end;
});

it('gives what a try that failed has taken to the others at once', async () => {
  const budget = new ByteBudget(100);
  const [first, second] = [budget.open(), budget.open()];
  await first.grow(100, never);
  const waiting = growing(second);
  first.clear();
  await waiting.end;
});

it('waits no longer than its signal', async () => {
  const budget = new ByteBudget(0);
  budget.open();
  const limit = new AbortController();
  const waiting = budget.open().grow(1, limit.signal);
  limit.abort();
  await expect(waiting).rejects.toThrow();
});

it('whatever files come, all are read in the end, and never more than the limit, a chunk and a file lie here', async () => {
  const files = fc.array(fc.array(fc.integer({ min: 1, max: 30 }), { maxLength: 8 }), { maxLength: 12 });
  await fc.assert(
    fc.asyncProperty(files, fc.scheduler(), async (chunksOfFiles, scheduler) => {
      const budget = new ByteBudget(100);
      let lying = 0;
      const read = async (chunks: number[]) => {
        const share = budget.open();
        for (const chunk of chunks) {
          await share.grow(chunk, never);
          lying += chunk;
          expect(lying).toBeLessThanOrEqual(100 + 30 + 8 * 30);
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
