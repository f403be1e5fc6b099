import { expect, it } from 'vitest';
import { roomFor, slotsFor } from './prefetch.ts';

it('holds three more than it infers for each thread, and one; never more than ten', () => {
  expect([1, 2, 3, 4, 64].map(slotsFor)).toEqual([4, 7, 10, 10, 10]);
});

it.each([
  ['idle: all slots', { slots: 4, working: 0, held: 0 }, 4],
  ['some at work: the rest', { slots: 4, working: 3, held: 3 }, 1],
  ['all at work: none', { slots: 4, working: 4, held: 4 }, 0],
  ['settled ones hold no slot', { slots: 4, working: 0, held: 8 }, 4],
  ['but only ten of them wait at once', { slots: 4, working: 0, held: 14 }, 0],
  ['and never more than SQS gives', { slots: 64, working: 0, held: 0 }, 10],
])('asks for as many messages as there is room for: %s', (_name, situation, room) => {
  expect(roomFor(situation)).toBe(room);
});
