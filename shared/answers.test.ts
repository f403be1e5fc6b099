import { expect, test } from 'vitest';
import { optionsIn, optionsInQuery } from './answers.ts';
import { CATEGORIES } from './categories.ts';
import { digestOf } from './jobs.ts';
import { parseFields } from './parse-message.ts';
import { classifyFields, MAX_FRAME_BYTES } from './protocol.ts';

const ask = { imageUrl: 'http://a.test/1.jpg', model: 'inception-v3', topK: 5, minConfidence: 0 };
const parsed = (fields: object) => parseFields(classifyFields, { imageUrl: ask.imageUrl, ...fields });

test('what is not asked for is not there, and `false` asks for nothing', () => {
  expect(optionsIn(parsed({ parents: false, moderation: false, colors: false, image: false }))).toEqual({});
  expect(optionsIn(parsed({ image: true, includeLabels: ['dog'] }))).toEqual({
    includeLabels: ['dog'],
    image: true,
  });
});

test('a request without options has the fingerprint that it always had; each option changes it, in any order', () => {
  const before = '-1qO-PoHR5RjUtoneHyAqPhSHqcOmhi4WheJ0wZgq4Q';
  expect(digestOf(ask, 'public')).toBe(before);
  expect(digestOf({ ...ask, colors: false }, 'public')).toBe(before);
  const digests = [
    { includeLabels: ['dog'] },
    { excludeLabels: ['dog'] },
    { excludeLabels: ['cat'] },
    { parents: true },
    { moderation: true },
    { colors: true },
    { image: true },
  ].map((options) => digestOf({ ...ask, ...options }, 'public'));
  expect(new Set([before, ...digests]).size).toBe(8);
  const [one, other] = [
    { parents: true, image: true },
    { image: true, parents: true },
  ].map((options) => digestOf({ ...ask, ...options }, 'public'));
  expect(one).toBe(other);
});

test.each([
  [{ includeLabels: 'dog' }, /^includeLabels: /],
  [{ includeLabels: [] }, /^includeLabels: /],
  [{ includeLabels: ['  '] }, /^includeLabels\.0: /],
  [{ excludeLabels: ['a', 7] }, /^excludeLabels\.1: /],
  [{ excludeLabels: ['x'.repeat(129)] }, /^excludeLabels\.0: /],
  [{ excludeLabels: Array(101).fill('x') }, /^excludeLabels: /],
  [{ includeCategories: ['dogs'] }, /^includeCategories\.0: .*"dog"/],
  [{ parents: 'true' }, /^parents: /],
  [{ moderation: 1 }, /^moderation: /],
  [{ colors: null }, /^colors: /],
  [{ image: {} }, /^image: /],
])('an option that is wrong is named: %j', (fields, message) => {
  expect(() => parsed(fields)).toThrow(message);
});

test('lists may be long, and no longer together than a frame of the socket can be', () => {
  const long = Array.from({ length: 100 }, (_, i) => `${i}`.padEnd(128, 'x'));
  const options = {
    includeLabels: long,
    excludeLabels: long.toReversed(),
    includeCategories: [...CATEGORIES],
  };
  expect(parsed(options)).toMatchObject(options);
  expect(JSON.stringify(parsed(options)).length).toBeLessThan(MAX_FRAME_BYTES);
  const quoted = long.map((text) => text.replaceAll('x', '"'));
  expect(() => parsed({ ...options, excludeLabels: quoted })).toThrow(/^includeCategories: .* too long/);
  expect(() => parsed({ includeLabels: quoted, excludeLabels: quoted })).toThrow(
    /^excludeLabels: .* too long/,
  );
});

test('in a query lists have commas, and flags are true or false', () => {
  const query = {
    includeLabels: 'dog,tabby cat',
    includeCategories: 'bird',
    parents: 'true',
    image: 'false',
  };
  expect(parsed(optionsInQuery(query))).toMatchObject({
    includeLabels: ['dog', 'tabby cat'],
    includeCategories: ['bird'],
    parents: true,
    image: false,
  });
  for (const [name, value] of Object.entries({ colors: '1', moderation: '', includeLabels: 'dog,,cat' }))
    expect(() => parsed(optionsInQuery({ [name]: value }))).toThrow(new RegExp(`^${name}`));
});
