import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { Gathering, patienceOf } from './gathering.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

/** Who has gone on, in the order of going. */
function gathering() {
  const gone: string[] = [];
  const group = new Gathering();
  const after = (name: string, task: Promise<unknown>, patienceMs: number) =>
    void group
      .after(
        () => task,
        () => patienceMs,
      )
      .then(
        () => gone.push(name),
        () => gone.push(`${name} failed`),
      );
  /** One whose task is done. */
  const join = (name: string, patienceMs: number) => after(name, Promise.resolve(), patienceMs);
  /** One whose task takes so long. */
  const work = (name: string, ms: number, patienceMs = 0) => after(name, sleep(ms), patienceMs);
  const fail = (name: string, ms: number) =>
    after(
      name,
      sleep(ms).then(() => Promise.reject(new Error(name))),
      0,
    );
  return { gone, join, work, fail, pass: (ms: number) => vi.advanceTimersByTimeAsync(ms) };
}

const sleep = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

it('holds nobody up who has not waited in the queue', async () => {
  expect(patienceOf({ sentAt: 1_000, receivedAt: 1_004 })).toBe(0);
  expect(patienceOf({ sentAt: 1_000, receivedAt: 900 })).toBe(0); // the clock of SQS is ahead
  const { gone, join, work, pass } = gathering();
  work('later', 1_000);
  join('a', 0);
  await pass(0);
  expect(gone).toEqual(['a']);
});

it('lets a message wait for a fifth of what it waited in the queue, and not for ever', () => {
  expect(patienceOf({ sentAt: 0, receivedAt: 500 })).toBe(100);
  expect(patienceOf({ sentAt: 0, receivedAt: 60_000 })).toBe(1_000);
});

it('lets all go on together when the patience of the first is over', async () => {
  const { gone, join, work, pass } = gathering();
  work('later', 1_000);
  join('a', 100);
  await pass(60);
  join('b', 100);
  await pass(39);
  expect(gone).toEqual([]);
  await pass(1);
  expect(gone).toEqual(['a', 'b']);
  join('c', 100);
  await pass(99);
  expect(gone).toHaveLength(2);
  await pass(1);
  expect(gone).toHaveLength(3);
});

it('keeps to whoever has the least patience', async () => {
  const { gone, join, work, pass } = gathering();
  work('later', 1_000);
  join('a', 100);
  join('b', 10);
  await pass(10);
  expect(gone).toEqual(['a', 'b']);
  join('c', 100);
  join('d', 0);
  await pass(0);
  expect(gone).toEqual(['a', 'b', 'c', 'd']);
});

it('waits for no more than fit into a batch call', async () => {
  const { gone, join, work, pass } = gathering();
  work('later', 1_000);
  for (let n = 1; n <= 9; n++) join(`${n}`, 100);
  await pass(0);
  expect(gone).toEqual([]);
  join('10', 100);
  await pass(0);
  expect(gone).toHaveLength(10);
});

it('waits for nobody who cannot come', async () => {
  const { gone, join, work, pass } = gathering();
  join('alone', 100);
  await pass(0);
  expect(gone).toEqual(['alone']);
  work('late', 50, 100);
  join('early', 100);
  await pass(49);
  expect(gone).toHaveLength(1);
  await pass(1);
  expect(gone).toEqual(['alone', 'early', 'late']);
});

it('goes on without one whose task fails', async () => {
  const { gone, join, fail, pass } = gathering();
  fail('first', 20);
  fail('second', 40);
  join('early', 100);
  await pass(39);
  expect(gone).toEqual(['first failed']);
  await pass(1);
  expect(gone.sort()).toEqual(['early', 'first failed', 'second failed']);
});
