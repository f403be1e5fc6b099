import { describe, expect, test } from 'vitest';
import { digestOf } from './jobs.ts';
import {
  acceptedAt,
  deadlineOf,
  isAnothers,
  mayBeBrought,
  mayBeKnown,
  newRequestId,
  wasMadeForAnother,
} from './request-id.ts';

const ask = { imageUrl: 'http://a.test/1.jpg', model: 'inception-v3', topK: 5, minConfidence: 0 };
const digest = digestOf(ask, 'public');
const NOW = 1_800_000_000_000;
/** A UUIDv7 of a time, by the layout of RFC 9562 §5.7: 48 bits of ms, then the version. */
const idAt = (ms: number) => {
  const hex = ms.toString(16).padStart(12, '0');
  return `${hex.slice(0, 8)}-${hex.slice(8)}-7abc-8def-0123456789ab`;
};

describe('the time of acceptance', () => {
  test('is read from the id', () => expect(acceptedAt(idAt(NOW))).toBe(NOW));
  test('is now in a new id', () => {
    const before = Date.now();
    const at = acceptedAt(newRequestId('public', digest)) ?? 0;
    expect(at).toBeGreaterThanOrEqual(before);
    expect(at).toBeLessThanOrEqual(Date.now());
  });
  test.each([
    '',
    'x',
    crypto.randomUUID(),
    idAt(NOW).toUpperCase(),
    `${idAt(NOW)} `,
    `${idAt(NOW)}\n`,
    '../../state/fleet.json',
  ])('is undefined where the id is no UUIDv7 in lower case: %j', (id) =>
    expect(acceptedAt(id)).toBeUndefined(),
  );
  test('sets the deadline', () => expect(deadlineOf(idAt(NOW), 120)).toBe(NOW + 120_000));
});

test.each([
  [-60_000, true],
  [-60_001, false],
  [5_000, true],
  [5_001, false],
])('an id whose time is %i ms from now may be brought: %s', (ms, may) => {
  expect(mayBeBrought(idAt(NOW + ms), NOW)).toBe(may);
});

test.each([
  [-86_400_000 + 1, true],
  [-86_400_000, false],
  [5_000, true],
  [5_001, false],
])('an id whose time is %i ms from now may be known: %s', (ms, may) => {
  expect(mayBeKnown(idAt(NOW + ms), NOW)).toBe(may);
});

test('an id that was made here tells the request it was made for from others', () => {
  const requestId = newRequestId('public', digest);
  expect(wasMadeForAnother(requestId, 'public', digest)).toBe(false);
  expect(wasMadeForAnother(requestId, 'public', digestOf({ ...ask, topK: 4 }, 'public'))).toBe(true);
  expect(wasMadeForAnother(requestId, 'another', digestOf(ask, 'another'))).toBe(true);
});
test('an id that a client made is for whatever the client says', () => {
  expect(wasMadeForAnother(idAt(NOW), 'public', digest)).toBe(false);
  expect(isAnothers(idAt(NOW), 'another')).toBe(false);
});
test('an id that was made here tells its tenant from others', () => {
  const requestId = newRequestId('ann', digest);
  expect(isAnothers(requestId, 'ann')).toBe(false);
  expect(isAnothers(requestId, 'bob')).toBe(true);
});
test('equal requests of the same moment have different ids', () => {
  expect(new Set(Array.from({ length: 10_000 }, () => newRequestId('public', digest))).size).toBe(10_000);
});
