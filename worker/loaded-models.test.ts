import { beforeEach, expect, it, vi } from 'vitest';
import type { JobLimits } from './in-time.ts';
import { LoadedModels, type ModelLease } from './loaded-models.ts';
import { keyOf } from './model-loads.ts';
import { ModelError } from './models/model-errors.ts';
import { FakeModels } from './testing/fake-models.ts';

beforeEach(() => {
  vi.spyOn(process.stderr, 'write').mockReturnValue(true); // it logs what fails
  vi.spyOn(process.stdout, 'write').mockReturnValue(true);
});

const limits = (patienceMs = 10_000): Pick<JobLimits, 'deadline' | 'aside'> => ({
  deadline: Date.now() + patienceMs,
  aside: (wait) => wait(),
});
const until = <T>(check: () => T) => vi.waitFor(check, { timeout: 5_000, interval: 1 });

function setUp({ limitMb = 1_000, retryMs = 20 } = {}) {
  const fake = new FakeModels();
  const models = new LoadedModels({ repository: fake, prepare: fake.prepare, limitMb, retryMs });
  const lease = (model: string, moderation?: boolean) => models.lease({ model, moderation }, limits());
  const use = async (model: string) => {
    const { model: used, release } = await lease(model);
    release();
    return keyOf(used.manifest);
  };
  return { fake, models, lease, use };
}
const nameOf = ({ model }: ModelLease) => keyOf(model.manifest);

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

it('unloads for another what was not used for longest, and no more than that', async () => {
  const { fake, use } = setUp({ limitMb: 100 });
  fake.serve('a@1', 'b@1', 'c@1', 'd@1');
  fake.memoryMb = { 'a@1': 30, 'b@1': 30, 'c@1': 30, 'd@1': 50 };
  for (const name of ['a', 'b', 'c', 'a', 'd']) await use(name);
  expect(fake.loaded()).toEqual(['a@1', 'd@1']);
  expect(fake.mostMb).toBeLessThanOrEqual(100);
});

it('unloads first what no job holds, and never what one does: its last lease ends it', async () => {
  const { fake, lease, use } = setUp({ limitMb: 100 });
  fake.serve('a@1', 'b@1', 'c@1', 'd@1');
  fake.memoryMb = { 'a@1': 50, 'b@1': 50, 'c@1': 50, 'd@1': 100 };
  const a = await lease('a');
  await use('b');
  await use('c');
  expect(fake.loaded()).toEqual(['a@1', 'c@1']);
  const waiting = use('d');
  await until(() => expect(fake.loaded()).toEqual(['a@1']));
  expect(fake.events).not.toContain('load d@1');
  a.release();
  a.release(); // once more does nothing
  expect(await waiting).toBe('d@1');
  expect(fake.loaded()).toEqual(['d@1']);
  expect(fake.mostMb).toBeLessThanOrEqual(100);
});

it('serves two models in turn that do not fit together, however many jobs want them at once', async () => {
  const { fake, use } = setUp({ limitMb: 100 });
  fake.serve('a@1', 'b@1');
  fake.memoryMb = { 'a@1': 60, 'b@1': 60 };
  const names = Array.from({ length: 40 }, (_, i) => (i % 2 === 0 ? 'a' : 'b'));
  expect(await Promise.all(names.map(use))).toEqual(names.map((name) => `${name}@1`));
  expect(fake.mostMb).toBeLessThanOrEqual(100);
});

it('refuses a model that is over the limit by itself, plainly, and does not try it again', async () => {
  const { fake, lease, use } = setUp({ limitMb: 100 });
  fake.serve('a@1', 'huge@1');
  fake.memoryMb = { 'huge@1': 101 };
  await use('a');
  for (let i = 0; i < 3; i++)
    await expect(lease('huge')).rejects.toMatchObject({
      code: 'INTERNAL',
      retryable: false,
      cause: { message: 'huge@1 takes 101 MB, and models may take 100 MB together: see MODEL_MEMORY_MB' },
    });
  expect(fake.prepared.filter((key) => key === 'huge@1')).toHaveLength(1);
  expect(fake.loaded()).toEqual(['a@1']);
});

it('refuses two models for one job that do not fit together', async () => {
  const { fake, lease } = setUp({ limitMb: 100 });
  fake.serve('a@1', 'm@1');
  fake.moderator = 'm';
  fake.memoryMb = { 'a@1': 60, 'm@1': 60 };
  await expect(lease('a', true)).rejects.toMatchObject({ code: 'INTERNAL', retryable: false });
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

it('a new version that does not fit beside the old one takes its place once the old one is done', async () => {
  const { fake, lease, use } = setUp({ limitMb: 100 });
  fake.serve('a@1');
  fake.memoryMb = { 'a@1': 60, 'a@2': 60 };
  const old = await lease('a');
  fake.serve('a@1', 'a@2');
  await until(() => expect(fake.prepared).toContain('a@2'));
  expect(fake.loaded()).toEqual(['a@1']);
  old.release();
  await vi.waitFor(async () => expect(await use('a')).toBe('a@2'));
  expect(fake.mostMb).toBeLessThanOrEqual(100);
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
