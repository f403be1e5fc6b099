import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { log } from '../shared/log.ts';
import { BatchEntryError } from './batch-failures.ts';
import { Consumer, type Handling } from './consume.ts';
import type { ReceivedMessage } from './received-message.ts';
import { type FakeQueue, fakeQueue, messageOf } from './testing/fake-queue.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => {
  vi.useRealTimers();
  vi.restoreAllMocks();
});

/** A consumer whose messages end when the test says so. */
function consumerOf(queue: FakeQueue, { threads = 1, slots = 4 } = {}) {
  const handled = new Map<string, { handling: Handling; end(): void; fail(error: Error): void }>();
  const events: string[] = [];
  const settledMs: (number | undefined)[] = [];
  const handle = ({ receiptHandle }: ReceivedMessage, handling: Handling) =>
    new Promise<void>((end, fail) => void handled.set(receiptHandle, { handling, end, fail }));
  const consumer = new Consumer({
    queue,
    threads,
    slots: () => slots,
    times: { heartbeatMs: 5_000, visibilitySeconds: 15 },
    handle,
    onBusy: () => events.push('busy'),
    onIdle: () => events.push('idle'),
    onFinished: (ms) => {
      events.push('finished');
      settledMs.push(ms);
    },
  });
  return { consumer, done: consumer.run(), handled, events, settledMs };
}
/** Lets all that is ready happen, and the moment pass for which free slots gather. */
const settle = () => vi.advanceTimersByTimeAsync(20);

it('asks for as many messages as it has free slots, one receive at a time', async () => {
  const queue = fakeQueue();
  const { handled } = consumerOf(queue);
  await settle();
  expect(queue.open.map(({ max }) => max)).toEqual([4]);
  queue.open[0]?.give('a', 'b', 'c');
  await settle();
  expect(queue.open.map(({ max }) => max)).toEqual([1]);
  queue.open[0]?.give('d');
  await settle();
  expect(queue.open).toEqual([]);
  handled.get('a')?.end();
  handled.get('b')?.end();
  await settle();
  expect(queue.open.map(({ max }) => max)).toEqual([2]);
});

it('lets messages gather for a moment while it has one for every thread, and asks at once where it has not', async () => {
  const queue = fakeQueue();
  const { handled } = consumerOf(queue);
  await settle();
  queue.open[0]?.give('a');
  await vi.advanceTimersByTimeAsync(9);
  expect(queue.open).toEqual([]);
  await vi.advanceTimersByTimeAsync(2);
  expect(queue.open.map(({ max }) => max)).toEqual([3]);

  queue.open[0]?.give('b');
  await vi.advanceTimersByTimeAsync(5);
  expect(queue.open).toEqual([]);
  handled.get('a')?.handling.settle();
  handled.get('b')?.handling.settle();
  await vi.advanceTimersByTimeAsync(0);
  expect(queue.open.map(({ max }) => max)).toEqual([4]);
});

it('waits for no more room than a call brings messages for', async () => {
  const queue = fakeQueue();
  const { handled } = consumerOf(queue, { threads: 8, slots: 25 });
  await settle();
  const names = [...'abcdefghij'];
  queue.open[0]?.bring(...names.map((name) => ({ ...messageOf(name), receivedAt: 60_000 })));
  await settle();
  expect(queue.open.map(({ max }) => max)).toEqual([10]);
  queue.open[0]?.bring({ ...messageOf('k'), receivedAt: 60_000 });
  await settle();
  expect(queue.open.map(({ max }) => max)).toEqual([10]);
  for (const name of names) handled.get(name)?.handling.settle();
  queue.open[0]?.bring({ ...messageOf('l'), receivedAt: 60_000 });
  await vi.advanceTimersByTimeAsync(0);
  expect(queue.open.map(({ max }) => max)).toEqual([10]);
});

it('lets no thread idle where little room is left beside those that settle', async () => {
  const queue = fakeQueue();
  const { handled } = consumerOf(queue);
  await settle();
  for (let count = 0; count < 23; count++) {
    const name = `settling ${count}`;
    queue.open[0]?.bring({ ...messageOf(name), receivedAt: 60_000 });
    await vi.advanceTimersByTimeAsync(0);
    handled.get(name)?.handling.settle();
    await vi.advanceTimersByTimeAsync(0);
  }
  expect(queue.open.map(({ max }) => max)).toEqual([1]);
});

it('tells how long a message was settling, without what it may have waited for others', async () => {
  const queue = fakeQueue();
  const { handled, settledMs } = consumerOf(queue);
  await settle();
  queue.open[0]?.bring(messageOf('a'), { ...messageOf('b'), receivedAt: 1_000 }, messageOf('c'));
  await settle();
  handled.get('a')?.handling.settle();
  handled.get('b')?.handling.settle();
  await vi.advanceTimersByTimeAsync(300);
  for (const name of ['a', 'b', 'c']) handled.get(name)?.end();
  await settle();
  expect(settledMs).toEqual([300, 100, undefined]);
});

it('waits longer for half of its slots where messages have waited in the queue, and not for less', async () => {
  const queue = fakeQueue();
  const { handled } = consumerOf(queue);
  await settle();
  const waited = ['a', 'b', 'c'].map((name) => ({ ...messageOf(name), receivedAt: 1_000 }));
  queue.open[0]?.bring(...waited); // a fifth of it
  await vi.advanceTimersByTimeAsync(150);
  expect(queue.open).toEqual([]);
  handled.get('a')?.handling.settle();
  await vi.advanceTimersByTimeAsync(0);
  expect(queue.open.map(({ max }) => max)).toEqual([2]);
});

it('gives the slot of a job on as soon as its outcome is known', async () => {
  const queue = fakeQueue();
  const { handled } = consumerOf(queue);
  await settle();
  queue.open[0]?.give('a', 'b', 'c', 'd');
  await settle();
  for (const { handling } of handled.values()) handling.settle();
  await settle();
  expect(queue.open.map(({ max }) => max)).toEqual([4]);
});

it('works on another job while one waits aside, and on none in its place once it goes on', async () => {
  const queue = fakeQueue();
  const { handled } = consumerOf(queue);
  await settle();
  queue.open[0]?.give('a', 'b', 'c', 'd');
  await settle();
  let goOn = () => {};
  void handled.get('a')?.handling.aside(() => new Promise<void>((resolve) => (goOn = resolve)));
  await settle();
  expect(queue.open.map(({ max }) => max)).toEqual([1]);
  queue.open[0]?.give('e');
  goOn();
  await settle();
  handled.get('b')?.end();
  await settle();
  expect(queue.open).toEqual([]);
  handled.get('c')?.end();
  handled.get('d')?.end();
  await settle();
  expect(queue.open.map(({ max }) => max)).toEqual([2]);
});

it('warns of messages that slipped away, not of those that it was about to have deleted', async () => {
  const warn = vi.spyOn(log, 'warn').mockReturnValue();
  const queue = fakeQueue();
  const { handled } = consumerOf(queue);
  await settle();
  queue.open[0]?.give('slipping', 'ending');
  await settle();
  const away = new BatchEntryError({
    Id: '0',
    Code: 'AWS.SimpleQueueService.MessageNotInflight',
    SenderFault: true,
  });
  vi.spyOn(queue, 'setVisibility').mockResolvedValueOnce(
    new Map(['slipping', 'ending'].map((handle) => [handle, away])),
  );
  await vi.advanceTimersByTimeAsync(5_000);
  handled.get('ending')?.end();
  await vi.advanceTimersByTimeAsync(2_000);
  expect(warn.mock.calls).toEqual([
    ['messages slipped away', expect.objectContaining({ requestIds: ['slipping'], error: away })],
  ]);
});

it('renews every message that it holds, settling ones too, and none that it has done', async () => {
  const queue = fakeQueue();
  const { handled } = consumerOf(queue);
  await settle();
  queue.open[0]?.give('a', 'b', 'c');
  await settle();
  handled.get('a')?.end();
  handled.get('b')?.handling.settle();
  await vi.advanceTimersByTimeAsync(5_000);
  expect(queue.changes).toEqual([{ handles: ['b', 'c'], seconds: 15 }]);
});

it('breaks its receive off when a service fails, and receives again when the last trouble is over', async () => {
  const queue = fakeQueue();
  const { handled } = consumerOf(queue);
  await settle();
  queue.open[0]?.give('a', 'b');
  await settle();
  const troubles = [...handled.values()].map(({ handling }) => handling.trouble());
  await settle();
  expect(queue.open).toEqual([]);
  troubles[0]?.();
  troubles[0]?.(); // twice says no more than once
  await settle();
  expect(queue.open).toEqual([]);
  troubles[1]?.();
  await settle();
  expect(queue.open).toHaveLength(1);
});

it('drained, it finishes what it holds and receives nothing more', async () => {
  const queue = fakeQueue();
  const { consumer, done, handled, events } = consumerOf(queue);
  await settle();
  queue.open[0]?.give('a');
  await settle();
  consumer.drain();
  await settle();
  expect(queue.open).toEqual([]);
  expect(handled.get('a')?.handling.signal.aborted).toBe(false);
  handled.get('a')?.end();
  await done;
  expect(queue.changes).toEqual([]);
  expect(events).toEqual(['idle', 'busy', 'finished', 'idle']);
});

it('hands back what a receive brings after it was drained', async () => {
  const queue = fakeQueue({ deaf: true });
  const { consumer, done, handled } = consumerOf(queue);
  await settle();
  consumer.drain();
  queue.open[0]?.give('late');
  await done;
  expect(handled.size).toBe(0);
  expect(queue.changes).toEqual([{ handles: ['late'], seconds: 0 }]);
});

it('stopped, it hands back what it holds at once, and tells those who work on it', async () => {
  const queue = fakeQueue();
  const { consumer, done, handled } = consumerOf(queue);
  await settle();
  queue.open[0]?.give('a', 'b');
  await settle();
  consumer.stop();
  await done;
  expect(queue.changes).toEqual([{ handles: ['a', 'b'], seconds: 0 }]);
  expect(handled.get('a')?.handling.signal.aborted).toBe(true);
});

it('lives on when handling a message fails, and lets that message go', async () => {
  const queue = fakeQueue();
  const { handled } = consumerOf(queue);
  await settle();
  queue.open[0]?.give('a');
  await settle();
  handled.get('a')?.fail(new Error('a bug'));
  await vi.advanceTimersByTimeAsync(5_000);
  expect(queue.changes).toEqual([]);
  expect(queue.open).toHaveLength(1);
});

it('receives again after a failed receive', async () => {
  vi.useRealTimers(); // the back-off's timer cannot be replaced
  const queue = fakeQueue();
  const receive = vi.spyOn(queue, 'receive').mockRejectedValueOnce(new Error('SQS is away'));
  const { consumer, done } = consumerOf(queue);
  await vi.waitFor(() => expect(queue.open).toHaveLength(1));
  expect(receive).toHaveBeenCalledTimes(2);
  consumer.drain();
  await done;
});
