import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { TAGS } from '../shared/tags.ts';
import { Presence } from './presence.ts';
import type { Tags } from './self-tags.ts';

beforeEach(() => void vi.useFakeTimers({ now: Date.UTC(2026, 0, 1) }));
afterEach(() => void vi.useRealTimers());

function presenceOf() {
  const calls: Tags[] = [];
  const presence = new Presence({
    tags: { set: (tags) => calls.push(tags) },
    times: { seenMs: 60_000 },
  });
  return { presence, calls };
}

it('says ready, and that it lives, in one call', () => {
  const { presence, calls } = presenceOf();
  presence.ready('onnx int8');
  expect(calls).toEqual([
    {
      [TAGS.state]: 'ready',
      [TAGS.engine]: 'onnx int8',
      [TAGS.readyAt]: '2026-01-01T00:00:00.000Z',
      [TAGS.terminateId]: '',
      [TAGS.seen]: '2026-01-01T00:00:00.000Z',
    },
  ]);
});

it('says that it lives every minute, give or take a tenth, until it stops', () => {
  const { presence, calls } = presenceOf();
  presence.ready('onnx int8');
  vi.advanceTimersByTime(53_000);
  expect(calls).toHaveLength(1);
  vi.advanceTimersByTime(14_000);
  expect(calls).toHaveLength(2);
  presence.stop();
  vi.advanceTimersByTime(600_000);
  expect(calls).toHaveLength(2);
});

it('tells the first service time at once', () => {
  const { presence, calls } = presenceOf();
  presence.worked(30, 80);
  expect(calls).toMatchObject([{ [TAGS.serviceMs]: '30.0', [TAGS.heldMs]: '80.0' }]);
});

it('tells a job held until its message is deleted', () => {
  const { presence, calls } = presenceOf();
  presence.worked(30, 80);
  presence.settled(200);
  vi.advanceTimersByTime(67_000);
  expect(calls.at(-1)).toMatchObject({ [TAGS.serviceMs]: '30.0', [TAGS.heldMs]: '280.0' });
});

it('tells a changed service time ten seconds later at the earliest, and a slight change only with the next sign of life', () => {
  const { presence, calls } = presenceOf();
  presence.worked(100, 100);
  for (let i = 0; i < 50; i++) presence.worked(200, 200);
  expect(calls).toHaveLength(1);
  vi.advanceTimersByTime(10_000);
  presence.worked(200, 200);
  expect(calls).toHaveLength(2);
  vi.advanceTimersByTime(10_000);
  presence.worked(210, 210);
  expect(calls).toHaveLength(2);
  vi.advanceTimersByTime(60_000);
  expect(calls).toHaveLength(3);
  expect(Number(calls[2]?.[TAGS.serviceMs])).toBeCloseTo(200, -1);
});

it('names the terminate message that it goes by', () => {
  const { presence, calls } = presenceOf();
  presence.draining('t-1');
  presence.draining();
  expect(calls).toMatchObject([
    { [TAGS.state]: 'draining', [TAGS.terminateId]: 't-1' },
    { [TAGS.state]: 'draining' },
  ]);
  expect(calls[1]).not.toHaveProperty(TAGS.terminateId);
});
