import { expect, it } from 'vitest';
import { Prefetch, roomFor, slotsFor } from './prefetch.ts';

it('holds three jobs for each thread and one more where downloads take no time', () => {
  expect([1, 2, 64].map((threads) => slotsFor(threads))).toEqual([4, 7, 193]);
});

it('holds as many more as it could finish in the time of a download, twelve at most', () => {
  expect([0, 43, 44, 300, 10_000].map((downloadMs) => slotsFor(1, downloadMs, 44))).toEqual([
    4, 4, 5, 10, 16,
  ]);
  expect(slotsFor(1, 300, 0)).toBe(16);
});

it('follows what the last jobs took', () => {
  const prefetch = new Prefetch(1);
  expect(prefetch.slots).toBe(4);
  for (let job = 0; job < 50; job++) prefetch.worked(50, 250);
  expect(prefetch.slots).toBe(9);
  for (let job = 0; job < 50; job++) prefetch.worked(50, 5);
  expect(prefetch.slots).toBe(4);
});

it.each([
  ['idle: all slots', { slots: 4, working: 0, held: 0 }, 4],
  ['some at work: the rest', { slots: 4, working: 3, held: 3 }, 1],
  ['all at work: none', { slots: 4, working: 4, held: 4 }, 0],
  ['settled ones hold no slot', { slots: 4, working: 0, held: 8 }, 4],
  ['but only five for each slot wait at once', { slots: 4, working: 0, held: 24 }, 0],
  ['and as many more where there are more threads', { slots: 7, working: 7 - 2, held: 39 }, 2],
  ['and never more than SQS gives', { slots: 64, working: 0, held: 0 }, 10],
])('asks for as many messages as there is room for: %s', (_name, situation, room) => {
  expect(roomFor(situation)).toBe(room);
});
