import { expect, test } from 'vitest';
import { hashOfKey, idOfKey, isKeyOf, keyName, newApiKey } from './api-key.ts';

test('a key has 256 random bits, and a form by which it is known', () => {
  const keys = Array.from({ length: 1000 }, newApiKey);
  expect(new Set(keys.map((key) => key.slice(16))).size).toBe(1000);
  expect(new Set(keys.map(idOfKey)).size).toBe(1000);
  for (const key of keys) {
    expect(key).toMatch(/^cc_[0-9a-f]{12}_[\w-]{43}$/);
    expect(Buffer.from(key.slice(16), 'base64url')).toHaveLength(32);
  }
});

test('what is kept tells the key from every other, and does not hold it', () => {
  const key = newApiKey();
  const hash = hashOfKey(key);
  expect(isKeyOf(key, hash)).toBe(true);
  expect(isKeyOf(newApiKey(), hash)).toBe(false);
  expect(isKeyOf(`${key} `, hash)).toBe(false);
  expect(hash).not.toContain(key.slice(16, 24));
  for (const broken of ['', 'x', hash.slice(1), `${hash}AAAA`]) expect(isKeyOf(key, broken)).toBe(false);
});

test.each([
  '',
  'cc_',
  'cc_0123456789ab_',
  'cc_0123456789AB_'.padEnd(59, 'x'),
  'sk_0123456789ab_'.padEnd(59, 'x'),
])('%j is no key', (text) => expect(idOfKey(text)).toBeUndefined());

test.each(['', ' ', 'a b', 'ä', '-a', '.', 'public', 'x'.repeat(65), 'a/b', 'a:b'])('%j is no name', (name) =>
  expect(keyName.safeParse(name).success).toBe(false),
);
test.each(['ann', 'team-7', 'a.b_c', 'X'.repeat(64)])('%s is a name', (name) =>
  expect(keyName.parse(name)).toBe(name),
);
