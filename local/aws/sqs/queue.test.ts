import { setImmediate } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { MAX_IN_FLIGHT, Queue, type Receipt } from './queue.ts';
import { applyAttributes } from './queue-settings.ts';

const present = new AbortController().signal;

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

function createQueue(attributes: Record<string, string> = {}, dead?: Queue): Queue {
  return new Queue('q', applyAttributes(attributes), (arn) => (arn === dead?.arn ? dead : undefined));
}
const receive = (queue: Queue, maximum = 10, waitSeconds = 0, signal = present) =>
  queue.receive(maximum, 30, waitSeconds, signal);
const bodies = (receipts: Awaited<ReturnType<typeof receive>>) => receipts.map(({ message }) => message.body);

it('hands the messages of a batch to one receiver that waits', async () => {
  const queue = createQueue();
  const [first, second] = [receive(queue, 10, 20), receive(queue, 10, 20)];
  for (const body of ['a', 'b', 'c']) queue.send({ body });
  expect(bodies(await first)).toEqual(['a', 'b', 'c']);
  queue.send({ body: 'd' });
  expect(bodies(await second)).toEqual(['d']);
});

describe('retention', () => {
  it('ends a message that nobody received, and one in flight', async () => {
    const queue = createQueue({ MessageRetentionPeriod: '60' });
    for (const body of ['a', 'b', 'c']) queue.send({ body });
    queue.send({ body: 'delayed', delaySeconds: 900 });
    await queue.receive(1, 600, 0, present);
    vi.advanceTimersByTime(59_000);
    expect(queue.counts()).toEqual({ ready: 2, inFlight: 1, delayed: 1 });
    vi.advanceTimersByTime(1_001);
    expect(queue.counts()).toEqual({ ready: 0, inFlight: 0, delayed: 0 });
    expect(await receive(queue)).toEqual([]);
  });

  it('counts from the first send for a dead letter too, even behind younger messages', async () => {
    const dead = createQueue({ MessageRetentionPeriod: '60' });
    const RedrivePolicy = JSON.stringify({ deadLetterTargetArn: dead.arn, maxReceiveCount: 1 });
    const queue = createQueue({ RedrivePolicy }, dead);
    queue.send({ body: 'old' });
    await queue.receive(1, 0, 0, present);
    vi.advanceTimersByTime(40_000);
    dead.send({ body: 'young' });
    expect(await receive(queue)).toEqual([]);
    expect(dead.counts().ready).toBe(2);
    vi.advanceTimersByTime(30_000);
    expect(bodies(await receive(dead))).toEqual(['young']);
  });
});

it('hands out no more while 120,000 messages are in flight, and says so to a short poll only', async () => {
  vi.useRealTimers();
  const queue = createQueue();
  for (let i = 0; i <= MAX_IN_FLIGHT; i++) queue.send({ body: 'x' });
  let handle = '';
  for (let i = 0; i < MAX_IN_FLIGHT; i += 10) handle = (await receive(queue))[0]?.handle ?? '';
  await expect(receive(queue)).rejects.toMatchObject({ name: 'OverLimit' });
  expect(await receive(queue, 10, 0.01)).toEqual([]);
  queue.delete(handle);
  expect(await receive(queue)).toHaveLength(1);
});

it('takes back what could not be delivered, as if it had never been received', async () => {
  const queue = createQueue();
  for (const body of ['a', 'b']) queue.send({ body });
  const [kept, lost] = await receive(queue);
  if (kept === undefined || lost === undefined) throw new Error('Two messages were sent.');
  queue.delete(kept.handle);
  queue.giveBack([kept, lost]);
  const again = await receive(queue);
  expect(bodies(again)).toEqual(['b']);
  expect(again[0]?.message.receiveCount).toBe(1);
});

it('keeps no timer while nobody waits, whatever is in flight or delayed', async () => {
  const queue = createQueue();
  queue.send({ body: 'a' });
  queue.send({ body: 'b', delaySeconds: 5 });
  await receive(queue);
  expect(vi.getTimerCount()).toBe(0);
  const waiting = receive(queue, 1, 20);
  expect(vi.getTimerCount()).toBe(2);
  await vi.advanceTimersByTimeAsync(5_001);
  expect(bodies(await waiting)).toEqual(['b']);
  expect(vi.getTimerCount()).toBe(0);
});

it('hands nothing to a receiver that hung up before it asked, or while it waited', async () => {
  const queue = createQueue();
  const gone = new AbortController();
  const waiting = receive(queue, 1, 20, gone.signal);
  gone.abort();
  expect(await waiting).toEqual([]);
  queue.send({ body: 'a' });
  expect(await receive(queue, 1, 20, gone.signal)).toEqual([]);
  expect(queue.counts()).toEqual({ ready: 1, inFlight: 0, delayed: 0 });
});

it.each<[string, (queue: Queue, receipt: Receipt) => void]>([
  ['is sent', (queue, { handle }) => queue.send({ body: 'a' }) && queue.delete(handle)],
  ['is handed back', (queue, { handle }) => queue.changeVisibility(handle, 0)],
  ['could not be delivered', (queue, receipt) => queue.giveBack([receipt])],
  ['falls due', () => vi.advanceTimersByTime(30_000)],
])('a message that %s goes to nobody who hung up right before', async (_name, bring) => {
  const queue = createQueue();
  queue.send({ body: 'a' });
  const [receipt] = await receive(queue);
  if (receipt === undefined) throw new Error('A message was sent.');
  const gone = new AbortController();
  const waiting = receive(queue, 1, 60, gone.signal);
  bring(queue, receipt);
  await setImmediate(); // the end of a connection is read a turn later
  gone.abort();
  expect(await waiting).toEqual([]);
  expect(queue.counts()).toEqual({ ready: 1, inFlight: 0, delayed: 0 });
});

it('lets nobody hold a message for more than 12 hours in all', async () => {
  const queue = createQueue();
  queue.send({ body: 'a' });
  const [receipt] = await receive(queue);
  const handle = receipt?.handle ?? '';
  vi.advanceTimersByTime(10_000);
  expect(() => queue.changeVisibility(handle, 43_191)).toThrow('beyond the limit');
  queue.changeVisibility(handle, 43_190);
});

describe('a fair order', () => {
  it('puts a group that took most of the recent processing time behind the others', async () => {
    const queue = createQueue();
    for (let i = 0; i < 20; i++) queue.send({ body: `noisy ${i}`, group: 'noisy' });
    const [first] = await receive(queue, 1);
    vi.advanceTimersByTime(1_000);
    queue.delete(first?.handle ?? '');
    for (const body of ['quiet', 'ungrouped'])
      queue.send({ body, group: body === 'quiet' ? body : undefined });
    expect(bodies(await receive(queue, 3))).toEqual(['quiet', 'ungrouped', 'noisy 1']);
  });

  it('gives noisy groups their turn one after the other', async () => {
    const queue = createQueue();
    for (const group of ['a', 'b']) queue.send({ body: group, group });
    const receipts = await receive(queue, 2);
    vi.advanceTimersByTime(1_000);
    for (const { handle } of receipts) queue.delete(handle);
    for (const group of ['a', 'a', 'a', 'a', 'b', 'b']) queue.send({ body: group, group });
    expect(bodies(await receive(queue, 6))).toEqual(['a', 'b', 'a', 'b', 'a', 'a']);
  });

  it('forgives: a group that others have outdone goes by age again, its oldest message first', async () => {
    const queue = createQueue();
    const process = async (body: string, ms: number) => {
      const [receipt] = await receive(queue, 1);
      expect(receipt?.message.body).toBe(body);
      vi.advanceTimersByTime(ms);
      queue.delete(receipt?.handle ?? '');
    };
    for (const body of ['first', 'second']) queue.send({ body, group: 'once noisy' });
    await process('first', 1_000);
    queue.send({ body: 'other' });
    await process('other', 100_000);
    queue.send({ body: 'younger' });
    await process('second', 0);
  });
});
