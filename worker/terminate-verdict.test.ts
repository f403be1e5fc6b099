import { expect, it } from 'vitest';
import { verdictOn } from './terminate-verdict.ts';

const received = (message: unknown, sentAt = 10_000) => ({
  body: typeof message === 'string' ? message : JSON.stringify(message),
  messageId: 'm',
  receiptHandle: 'h',
  receiveCount: 1,
  sentAt,
  receivedAt: sentAt,
});
const message = { v: 1, id: 't-1' };
const versioned = { ...message, launchTemplateVersion: 7 };
const situation = { now: 15_000, freshMs: 5_000, ownVersion: undefined };

it('goes on a fresh message', () => {
  expect(verdictOn(received(message), situation)).toEqual({ kind: 'go', message });
});

it('drops one older than 5 s, and one it cannot read', () => {
  expect(verdictOn(received(message, 9_999), situation)).toEqual({ kind: 'drop' });
  expect(verdictOn(received('{}'), situation)).toEqual({ kind: 'drop' });
  expect(verdictOn(received('nonsense'), situation)).toEqual({ kind: 'drop' });
});

it.each([
  [6, 'go'],
  [7, 'hand-back'],
  [8, 'hand-back'],
  [undefined, 'go'],
])('as a worker of version %s, told that version 7 replaces the older: %s', (ownVersion, kind) => {
  expect(verdictOn(received(versioned), { ...situation, ownVersion }).kind).toBe(kind);
});
