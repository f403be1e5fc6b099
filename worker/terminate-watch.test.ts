import { expect, it, vi } from 'vitest';
import { TerminateWatch } from './terminate-watch.ts';
import { messageOf } from './testing/fake-queue.ts';

const turn = () => new Promise((resolve) => setImmediate(resolve));

/** A watch at a queue whose receives end when the test says so, though they are aborted. */
function watchAt({ idleAfterMs = 0, checkEvery = 2 } = {}) {
  const receives: { waitSeconds: number; signal: AbortSignal; give(id?: string): void }[] = [];
  const queue = {
    receive: (waitSeconds: number, signal: AbortSignal) =>
      new Promise<ReturnType<typeof messageOf> | undefined>((resolve) => {
        const message = (id: string) => ({
          ...messageOf(id),
          body: JSON.stringify({ v: 1, id }),
          sentAt: Date.now(),
        });
        receives.push({
          waitSeconds,
          signal,
          give: (id) => resolve(id === undefined ? undefined : message(id)),
        });
      }),
    handBack: vi.fn(async () => {}),
    delete: vi.fn(async () => {}),
  };
  const onOrder = vi.fn();
  const times = { idleAfterMs, longPollSeconds: 20, terminateFreshMs: 5_000 };
  const watch = new TerminateWatch({ queue, checkEvery, ownVersion: undefined, times, onOrder });
  return { watch, queue, receives, onOrder };
}

it('idle, it waits at the queue, again and again, and obeys', async () => {
  const { watch, receives, onOrder } = watchAt();
  watch.onIdle();
  await vi.waitFor(() => expect(receives).toHaveLength(1));
  receives[0]?.give();
  await vi.waitFor(() => expect(receives).toHaveLength(2));
  expect(receives[1]?.waitSeconds).toBe(20);
  receives[1]?.give('t-1');
  await vi.waitFor(() =>
    expect(onOrder).toHaveBeenCalledWith({ id: 't-1', receiptHandle: 't-1', park: false }),
  );
});

it('hands back what a wait brings that began when it was idle, and ends when it is busy', async () => {
  const { watch, queue, receives, onOrder } = watchAt();
  watch.onIdle();
  await vi.waitFor(() => expect(receives).toHaveLength(1));
  watch.onBusy();
  expect(receives[0]?.signal.aborted).toBe(true);
  receives[0]?.give('t-1');
  await vi.waitFor(() => expect(queue.handBack).toHaveBeenCalledWith('t-1'));
  expect(onOrder).not.toHaveBeenCalled();
  expect(receives).toHaveLength(1);
});

it('does not take a gap between two jobs for idleness', async () => {
  const { watch, receives } = watchAt({ idleAfterMs: 5 });
  watch.onIdle();
  watch.onBusy();
  await new Promise((resolve) => setTimeout(resolve, 20));
  expect(receives).toEqual([]);
});

it('busy, it looks after every so many jobs, without waiting', async () => {
  const { watch, receives, onOrder } = watchAt({ checkEvery: 2 });
  for (let jobs = 1; jobs <= 4; jobs++) {
    watch.onFinished();
    receives.at(-1)?.give(jobs === 4 ? 't-1' : undefined);
    await turn();
  }
  expect(receives.map(({ waitSeconds }) => waitSeconds)).toEqual([0, 0]);
  expect(onOrder).toHaveBeenCalledTimes(1);
});

it('obeys once: two orders at the same time are one, and the other goes back', async () => {
  const { watch, queue, receives, onOrder } = watchAt({ checkEvery: 1 });
  watch.onIdle();
  await vi.waitFor(() => expect(receives).toHaveLength(1));
  watch.onFinished();
  expect(receives).toHaveLength(2);
  receives[0]?.give('t-1');
  receives[1]?.give('t-2');
  await vi.waitFor(() => expect(queue.handBack).toHaveBeenCalledWith('t-2'));
  expect(onOrder).toHaveBeenCalledTimes(1);
  watch.onFinished();
  watch.onIdle();
  expect(receives).toHaveLength(2);
});
