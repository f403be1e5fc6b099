import { v7 } from 'uuid';
import { expect, test } from 'vitest';
import { isPast, isUpload, newUpload, uploadKey } from './uploads.ts';

const DAY_MS = 86_400_000;
const id = v7();

test('an upload is named by a time and by bits that do not follow from the last one', () => {
  const names = Array.from({ length: 100 }, newUpload);
  for (const name of names) expect(name).toMatch(/^upload:[0-9a-f-]{36}$/);
  // The random bits of ids that were counted up would begin alike within a millisecond.
  expect(new Set(names.map((name) => name.slice(-21, -13))).size).toBeGreaterThan(95);
});

test('its key is its tenant’s: no tenant’s name of an upload leads to another’s', () => {
  expect(uploadKey('ann', `upload:${id}`)).toBe(`uploads/ann/${id}`);
  expect(uploadKey('bob', `upload:${id}`)).not.toBe(uploadKey('ann', `upload:${id}`));
});

test.each([
  'upload:',
  'upload:mine',
  `upload:${id.toUpperCase()}`,
  `upload:${id} `,
  `upload:${id}/../x`,
  `upload: ${id}`,
  `upload://${id}`,
  `upload:../ann/${id}`,
  `upload:ann/${id}`,
  `upload:${id}?x=1`,
  `upload:${id}\n`,
  'upload:f47ac10b-58cc-4372-a567-0e02b2c3d479',
])('%j names no upload', (imageUrl) => {
  expect(isUpload(imageUrl)).toBe(true);
  expect(() => uploadKey('ann', imageUrl)).toThrow(expect.objectContaining({ code: 'INVALID_URL' }));
});

test('it is past after a day, by the time in its id', () => {
  const now = Date.now();
  const upload = `upload:${v7({ msecs: now })}`;
  expect(isPast(upload, now + DAY_MS - 1)).toBe(false);
  expect(isPast(upload, now + DAY_MS)).toBe(true);
});
