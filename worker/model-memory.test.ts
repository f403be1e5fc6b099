import { beforeEach, expect, it, vi } from 'vitest';
import type { JobLimits } from './in-time.ts';
import { keyOf } from './model-loads.ts';
import { limits, setUp, until } from './testing/fake-worker-models.ts';

beforeEach(() => {
  vi.spyOn(process.stderr, 'write').mockReturnValue(true); // it logs what fails
  vi.spyOn(process.stdout, 'write').mockReturnValue(true);
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

it('a job that wants two models gets them though others are always in use', async () => {
  const { fake, models, lease } = setUp({ limitMb: 100 });
  fake.serve('a@1', 'm@1', 'busy@1');
  fake.moderator = 'm';
  fake.memoryMb = { 'a@1': 40, 'm@1': 40, 'busy@1': 40 };
  // Each job is done once the next one has the model, or has to wait for it.
  let busy = await lease('busy');
  let going = true;
  const others = (async () => {
    while (going) {
      const aside: JobLimits['aside'] = (wait) => {
        busy.release();
        return wait();
      };
      const next = await models.lease({ model: 'busy' }, { ...limits(), aside });
      busy.release();
      busy = next;
      await new Promise(setImmediate);
    }
    busy.release();
  })();
  const { model, moderation, release } = await lease('a', true);
  expect([model, moderation].map((one) => one && keyOf(one.manifest))).toEqual(['a@1', 'm@1']);
  going = false;
  release();
  await others;
  expect(fake.mostMb).toBeLessThanOrEqual(100);
});
