import { expect, it } from 'vitest';
import { Batches } from './batches.ts';

/** A batch call that ends when it is told. */
function heldCalls() {
  const calls: { items: readonly number[]; end: (failed?: Map<number, Error>) => void }[] = [];
  const send = (items: readonly number[]) =>
    new Promise<Map<number, Error>>((resolve) =>
      calls.push({ items, end: (failed = new Map()) => resolve(failed) }),
    );
  return { calls, send };
}
const turn = () => new Promise((resolve) => setImmediate(resolve));
const range = (from: number, to: number) => Array.from({ length: to - from }, (_, i) => from + i);

it('sends at once where nothing is under way, and gathers while a call is', async () => {
  const { calls, send } = heldCalls();
  const batches = new Batches(send, { callsAtOnce: 1 });
  const first = batches.add(0);
  await turn();
  const others = range(1, 13).map((item) => batches.add(item));
  await turn();
  expect(calls.map(({ items }) => items)).toEqual([[0]]);

  calls[0]?.end();
  await first;
  await turn();
  calls[1]?.end();
  await turn();
  calls[2]?.end();
  await Promise.all(others);
  expect(calls.map(({ items }) => items)).toEqual([[0], range(1, 11), range(11, 13)]);
});

it('lets an item linger for others, but not once a batch is full', async () => {
  const { calls, send } = heldCalls();
  const batches = new Batches(send, { callsAtOnce: 1, lingerMs: 20 });
  const some = range(0, 3).map((item) => batches.add(item));
  await turn();
  expect(calls).toEqual([]);
  await expect.poll(() => calls.length).toBe(1);
  calls[0]?.end();
  await Promise.all(some);

  void range(0, 10).map((item) => batches.add(item));
  await turn();
  expect(calls.map(({ items }) => items.length)).toEqual([3, 10]);
});

it('tells each item its own failure, and all of them that of the whole call', async () => {
  const { calls, send } = heldCalls();
  const batches = new Batches(send, { callsAtOnce: 1 });
  const outcomes = Promise.allSettled([batches.add(0), batches.add(1)]);
  await turn();
  calls[0]?.end(new Map([[1, new Error('refused')]]));
  expect((await outcomes).map(({ status }) => status)).toEqual(['fulfilled', 'rejected']);

  const broken = new Batches(() => Promise.reject(new Error('down')), { callsAtOnce: 1 });
  await expect(Promise.all([broken.add(0), broken.add(1)])).rejects.toThrow('down');
});
