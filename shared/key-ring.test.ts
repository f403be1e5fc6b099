import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { hashOfKey, idOfKey, newApiKey } from './api-key.ts';
import { KeyRing } from './key-ring.ts';
import type { ApiKey } from './key-store.ts';

/** A store whose reads are counted, and fail while `broken`. */
class Store {
  readonly keys: ApiKey[] = [];
  reads = 0;
  broken = false;
  add(): { key: string; id: string } {
    const key = newApiKey();
    const id = idOfKey(key) ?? '';
    this.keys.push({ id, name: 'ann', hash: hashOfKey(key), createdAt: '' });
    return { key, id };
  }
  async list(): Promise<ApiKey[]> {
    this.reads++;
    if (this.broken) throw new Error('SSM is down');
    return [...this.keys];
  }
}
let store: Store;
let ring: KeyRing;
beforeEach(() => {
  vi.useFakeTimers();
  vi.spyOn(process.stderr, 'write').mockReturnValue(true);
  store = new Store();
  ring = new KeyRing(store);
});
afterEach(() => {
  vi.useRealTimers();
  vi.restoreAllMocks();
});
const passes = (ms: number) => vi.advanceTimersByTime(ms);

test('a revoked key holds no longer than 15 s more', async () => {
  const { key, id } = store.add();
  expect([await ring.holds(id), (await ring.find(key))?.id]).toEqual([true, id]);
  store.keys.pop();
  passes(15_000);
  expect([await ring.holds(id), await ring.find(key)]).toEqual([false, undefined]);
});

test('while SSM is down, what was known holds, but not for a minute', async () => {
  const { key, id } = store.add();
  await ring.find(key);
  store.broken = true;
  passes(50_000);
  expect(await ring.holds(id)).toBe(true);
  passes(5_000);
  await expect(ring.holds(id)).rejects.toThrow('SSM is down');
  await expect(ring.find(key)).rejects.toThrow('SSM is down');
});

test('a new key opens the stage within a second', async () => {
  await ring.find(store.add().key);
  const { key, id } = store.add();
  passes(1_000);
  expect((await ring.find(key))?.id).toBe(id);
});

test('who tries keys makes us read no more than once a second, and who shows none never', async () => {
  await ring.find(newApiKey());
  for (let n = 0; n < 100; n++) await ring.find(newApiKey());
  expect(store.reads).toBe(1);
  passes(1_000);
  await Promise.all(Array.from({ length: 100 }, () => ring.find(newApiKey())));
  expect(store.reads).toBe(2);
  passes(60_000);
  expect(await ring.find('nonsense')).toBeUndefined();
  expect(store.reads).toBe(2);
});

test('many that ask at once wait for one read', async () => {
  const { id } = store.add();
  expect(await Promise.all(Array.from({ length: 50 }, () => ring.holds(id)))).toEqual(Array(50).fill(true));
  expect(store.reads).toBe(1);
});
