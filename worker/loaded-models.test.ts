import { beforeEach, expect, it, vi } from 'vitest';
import type { JobLimits } from './in-time.ts';
import { keyOf } from './model-loads.ts';
import { DiskError, ModelError } from './models/model-errors.ts';
import { limits, nameOf, setUp, until } from './testing/fake-worker-models.ts';

beforeEach(() => {
  vi.spyOn(process.stderr, 'write').mockReturnValue(true); // it logs what fails
  vi.spyOn(process.stdout, 'write').mockReturnValue(true);
});

it('loads a model when it is first wanted, once for all who want it, and keeps it', async () => {
  const { fake, lease } = setUp();
  fake.serve('a@1', 'b@1');
  expect(fake.events).toEqual([]);
  const leases = await Promise.all([lease('a'), lease('a@1'), lease('a')]);
  expect(leases.map(nameOf)).toEqual(['a@1', 'a@1', 'a@1']);
  for (const { release } of leases) release();
  expect(nameOf(await lease('a'))).toBe('a@1');
  expect(fake.events).toEqual(['load a@1', 'warm a@1']);
});

it('makes nobody wait for a model that another wants', async () => {
  const { fake, lease, use } = setUp();
  fake.serve('a@1', 'slow@1');
  await use('a');
  const held = fake.holdUp('slow@1');
  const slow = lease('slow');
  await until(() => expect(fake.events).toContain('load slow@1'));
  expect(await use('a')).toBe('a@1');
  held.goOn();
  expect(nameOf(await slow)).toBe('slow@1');
});

it('lets a job wait aside for a model, and none for one that is there', async () => {
  const { fake, models } = setUp();
  fake.serve('a@1');
  const aside = vi.fn((wait: () => Promise<void>) => wait());
  const waiting: JobLimits['aside'] = (wait) => {
    aside(async () => {});
    return wait();
  };
  const wanted = { model: 'a' };
  await models.lease(wanted, { deadline: Date.now() + 10_000, aside: waiting });
  await models.lease(wanted, { deadline: Date.now() + 10_000, aside: waiting });
  expect(aside).toHaveBeenCalledOnce();
});

it('tells UNKNOWN_MODEL of a model that is not served, and of moderation where no model does it', async () => {
  const { fake, lease } = setUp();
  fake.serve('a@1');
  await expect(lease('b')).rejects.toMatchObject({ code: 'UNKNOWN_MODEL' });
  await expect(lease('a@2')).rejects.toMatchObject({ code: 'UNKNOWN_MODEL' });
  await expect(lease('a', true)).rejects.toMatchObject({ code: 'UNKNOWN_MODEL' });
});

it('gives a job the model for moderation beside its own', async () => {
  const { fake, lease } = setUp();
  fake.serve('a@1', 'm@1');
  fake.moderator = 'm';
  const { model, moderation, release } = await lease('a', true);
  expect([model, moderation].map((one) => one && keyOf(one.manifest))).toEqual(['a@1', 'm@1']);
  release();
  expect((await lease('a')).moderation).toBeUndefined();
});

it('tells those who wait of a load that failed, tries again only after a while, and goes on', async () => {
  const { fake, lease, use } = setUp({ retryMs: 200 });
  fake.serve('a@1', 'b@1');
  fake.fails.set('b@1', new Error('no such thread'));
  const outcomes = await Promise.allSettled([lease('b'), lease('b'), use('a')]);
  expect(outcomes).toMatchObject([
    { reason: { code: 'INTERNAL', retryable: true } },
    { reason: { code: 'INTERNAL' } },
    { value: 'a@1' },
  ]);
  fake.fails.clear();
  await expect(lease('b')).rejects.toMatchObject({ code: 'INTERNAL' }); // too early
  expect(fake.prepared.filter((key) => key === 'b@1')).toHaveLength(1);
  await vi.waitFor(async () => expect(await use('b')).toBe('b@1'), { timeout: 5_000, interval: 20 });
});

it.each([
  ['INTERNAL', 'warmed up', 'warm', new Error('7 classes instead of 5')],
  ['INTERNAL', 'put on the disk', 'load', new DiskError('the disk is full')],
  ['UNKNOWN_MODEL', 'run by this engine', 'load', new ModelError('it is for onnx alone')],
])('tells %s of a model that cannot be %s, and leaves nothing of it', async (code, _what, step, error) => {
  const { fake, lease } = setUp();
  fake.serve('a@1');
  (step === 'warm' ? fake.failsWarm : fake.fails).set('a@1', error);
  await expect(lease('a')).rejects.toMatchObject({ code, cause: error });
  expect(fake.loaded()).toEqual([]);
});

it('answers TIMEOUT, and holds nothing up, where a model is gone whenever it is there', async () => {
  const { fake, models } = setUp();
  fake.serve('a@1');
  const resolve = fake.resolve.bind(fake);
  fake.resolve = (reference) => (reference === 'a@1' ? undefined : resolve(reference));
  await expect(models.lease({ model: 'a' }, limits(30))).rejects.toMatchObject({ code: 'TIMEOUT' });
});

it('answers TIMEOUT to a job whose deadline passes while its model is loaded; the next one gets it', async () => {
  const { fake, models, use } = setUp();
  fake.serve('a@1');
  const held = fake.holdUp('a@1');
  await expect(models.lease({ model: 'a' }, limits(20))).rejects.toMatchObject({ code: 'TIMEOUT' });
  held.goOn();
  expect(await use('a')).toBe('a@1');
});

it('loads a new version beside the old one, which serves until it is ready and is gone with its last job', async () => {
  const { fake, lease, use } = setUp();
  fake.serve('a@1');
  const old = await lease('a');
  const held = fake.holdUp('a@2');
  fake.serve('a@1', 'a@2');
  await until(() => expect(fake.events).toContain('load a@2'));
  expect(await use('a')).toBe('a@1');
  held.goOn();
  await vi.waitFor(async () => expect(await use('a')).toBe('a@2'));
  expect(fake.loaded()).toEqual(['a@1', 'a@2']);
  old.release();
  await until(() => expect(fake.loaded()).toEqual(['a@2']));
  // It may still be asked for by its version.
  expect(await use('a@1')).toBe('a@1');
  expect(await use('a')).toBe('a@2');
});

it('an old version serves on where the new one does not load, until it does', async () => {
  const { fake, use } = setUp({ retryMs: 30 });
  fake.serve('a@1');
  await use('a');
  fake.fails.set('a@2', new Error('broken'));
  fake.serve('a@1', 'a@2');
  await until(() => expect(fake.events).toContain('fail a@2'));
  expect(await use('a')).toBe('a@1');
  fake.fails.clear();
  await vi.waitFor(async () => expect(await use('a')).toBe('a@2'), { timeout: 5_000, interval: 10 });
});

it('lets a model go that is not served any more', async () => {
  const { fake, lease, use } = setUp();
  fake.serve('a@1', 'b@1');
  await use('a');
  await use('b');
  fake.serve('a@1');
  await until(() => expect(fake.loaded()).toEqual(['a@1']));
  await expect(lease('b')).rejects.toMatchObject({ code: 'UNKNOWN_MODEL' });
});

it('a version that is taken back while it is being loaded does not take over', async () => {
  const { fake, use } = setUp();
  fake.serve('a@1');
  await use('a');
  const held = fake.holdUp('a@2');
  fake.serve('a@1', 'a@2');
  await until(() => expect(fake.events).toContain('load a@2'));
  fake.serve('a@1');
  held.goOn();
  await until(() => expect(fake.events).toContain('dispose a@2'));
  expect(await use('a')).toBe('a@1');
});

it('at its end disposes of all, and of what is being loaded as soon as it is', async () => {
  const { fake, models, lease } = setUp();
  fake.serve('a@1', 'b@1');
  await lease('a'); // and not released
  const held = fake.holdUp('b@1');
  const late = lease('b');
  late.catch(() => {});
  await until(() => expect(fake.events).toContain('load b@1'));
  await models.close();
  expect(fake.loaded()).toEqual([]);
  held.goOn();
  await expect(late).rejects.toThrow();
  expect(fake.loaded()).toEqual([]);
});
