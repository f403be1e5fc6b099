import { expect, test } from 'vitest';
import { Lru } from './lru.ts';

const ofLength = (limit: number) => new Lru<string>(limit, (key, value) => key.length + value.length);

test('what was used longest ago goes first, read or written', () => {
  const lru = ofLength(6);
  lru.set('a', '1');
  lru.set('b', '2');
  lru.set('c', '3');
  expect(lru.get('a')).toBe('1');
  lru.set('d', '4');
  expect(['a', 'b', 'c', 'd'].filter((key) => lru.get(key) !== undefined)).toEqual(['a', 'c', 'd']);
});

test('a large value takes the place of as many small ones as it needs', () => {
  const lru = ofLength(10);
  for (const key of 'abcde') lru.set(key, '1');
  lru.set('f', '12345');
  expect(lru.size).toBe(3);
  expect(lru.bytes).toBe(10);
  expect(['d', 'e', 'f'].map((key) => lru.get(key))).toEqual(['1', '1', '12345']);
});

test('what is over the limit by itself is not kept, nor is what it was to replace, and the others stay', () => {
  const lru = ofLength(6);
  lru.set('a', '1');
  lru.set('b', '2');
  lru.set('b', 'much too long');
  expect(lru.get('b')).toBeUndefined();
  expect(lru.get('a')).toBe('1');
  expect(lru.bytes).toBe(2);
});

test('however often and whatever is set, the bytes are those of what is there, and within the limit', () => {
  const lru = ofLength(100);
  for (let i = 0; i < 5_000; i++) {
    lru.set(`k${(i * 7919) % 61}`, 'x'.repeat((i * 104_729) % 23));
    if (i % 11 === 0) lru.delete(`k${i % 61}`);
    expect(lru.bytes).toBeLessThanOrEqual(100);
  }
  let bytes = 0;
  for (let k = 0; k < 61; k++)
    bytes += lru.get(`k${k}`) === undefined ? 0 : `k${k}${lru.get(`k${k}`)}`.length;
  expect(lru.bytes).toBe(bytes);
  for (let k = 0; k < 61; k++) lru.delete(`k${k}`);
  expect({ bytes: lru.bytes, size: lru.size }).toEqual({ bytes: 0, size: 0 });
});
