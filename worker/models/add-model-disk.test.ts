import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { addModel } from './add-model.ts';
import { DiskError } from './model-errors.ts';
import { colourModel } from './testing/colour-model.ts';

/** What the disk is like. */
const disk = vi.hoisted(() => ({ freeBytes: 1e9, failsAs: undefined as string | undefined }));
vi.mock('node:fs/promises', async (importOriginal) => {
  const real = await importOriginal<typeof import('node:fs/promises')>();
  return {
    ...real,
    statfs: async () => ({ bavail: disk.freeBytes, bsize: 1 }),
    writeFile: async (...args: Parameters<typeof real.writeFile>) => {
      if (disk.failsAs !== undefined) throw Object.assign(new Error('write'), { code: disk.failsAs });
      return real.writeFile(...args);
    },
  };
});

let home: string;
beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'classifycloud-home-'));
  Object.assign(disk, { freeBytes: 1e9, failsAs: undefined });
});
afterEach(() => rm(home, { recursive: true }));

async function attempt(): Promise<unknown> {
  const { model, files } = colourModel();
  const error: unknown = await addModel(home, model, files).catch((reason) => reason);
  expect(await readdir(join(home, 'models'))).toEqual([]);
  return error;
}

it('a model that the disk has no room for is refused before anything is copied', async () => {
  disk.freeBytes = 1000;
  const message = expect.stringMatching(/disk of .* is full: the model takes 1 MB, and 1 MB are free/);
  expect(await attempt()).toMatchObject({ message });
});

it.each([
  ['ENOSPC', /is full. Nothing was changed/],
  ['EROFS', /may not be written to. Nothing was changed/],
])('a disk that fails with %s is told plainly, and nothing is half added', async (code, message) => {
  disk.failsAs = code;
  const error = await attempt();
  expect(error).toBeInstanceOf(DiskError);
  expect(error).toMatchObject({ message: expect.stringMatching(message) });
});
