import { mkdir, readdir, readFile, rm, truncate, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { ensureModel } from './ensure-model.ts';
import { emptyHome, homeWithSources } from './home-for-tests.ts';
import { INCEPTION_V3 } from './inception-v3.ts';
import { readManifest } from './manifest.ts';
import { WeightsUnavailableError } from './model-errors.ts';

let home: string;
let folder: string;

beforeEach(async () => {
  ({ home, folder } = await homeWithSources());
  // From here on no npm: whoever wants the network fails.
  vi.stubEnv('PATH', '/nonexistent');
  vi.stubEnv('npm_execpath', undefined);
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await rm(home, { recursive: true });
});

it('a second start opens no network and builds nothing', async () => {
  await ensureModel({ home });
  const onProgress = vi.fn();
  await ensureModel({ home, onProgress });
  expect(onProgress).not.toHaveBeenCalled();
});

it('a build that was killed is done again, from what it had fetched', async () => {
  await writeFile(join(folder, 'int8.onnx'), 'half');
  const { onnx } = await ensureModel({ home });
  expect((await readFile(onnx)).length).toBeGreaterThan(24e6);
});

it('a manifest in the form of an older program is made anew, and nothing else', async () => {
  await ensureModel({ home });
  const files = { 'labels.txt': { bytes: 10_477, sha256: 'c9' } };
  await writeFile(join(folder, 'manifest.json'), JSON.stringify({ version: '6aecf177-3', files }));
  const onProgress = vi.fn();
  await ensureModel({ home, onProgress });
  expect(onProgress).not.toHaveBeenCalled();
  expect(await readManifest(folder)).toEqual(INCEPTION_V3.manifest);
});

it('a truncated model is noticed and made again', async () => {
  const { onnx } = await ensureModel({ home });
  const whole = await readFile(onnx);
  await truncate(onnx, 1000);
  await ensureModel({ home });
  expect((await readFile(onnx)).equals(whole)).toBe(true);
});

it('a model with one byte changed is noticed and made again', async () => {
  const { onnx } = await ensureModel({ home });
  const whole = await readFile(onnx);
  const changed = Buffer.from(whole);
  changed[12e6] = (whole[12e6] ?? 0) ^ 1;
  await writeFile(onnx, changed);
  await ensureModel({ home });
  expect((await readFile(onnx)).equals(whole)).toBe(true);
});

it('two starts at once both get a whole model and leave nothing behind', async () => {
  await Promise.all([ensureModel({ home }), ensureModel({ home })]);
  expect((await readdir(folder)).sort()).toEqual([
    'graph.lite',
    'int8.onnx',
    'labels.txt',
    'labrador.jpg',
    'manifest.json',
  ]);
});

it('what a killed build left is removed after an hour, a running one is left alone', async () => {
  const [stale, running] = [join(folder, '.building-old'), join(folder, '.building-new')];
  await mkdir(stale);
  await mkdir(running);
  const before = new Date(Date.now() - 2 * 60 * 60 * 1000);
  await utimes(stale, before, before);
  await ensureModel({ home });
  expect(await readdir(folder)).not.toContain('.building-old');
  expect(await readdir(folder)).toContain('.building-new');
});

it('fp32 is made when it is asked for, from what is there', async () => {
  await ensureModel({ home });
  const { onnx } = await ensureModel({ home, precision: 'fp32' });
  expect((await readFile(onnx)).length).toBeGreaterThan(95e6);
});

it('with no weights and no npm it says what to do', async () => {
  const empty = await emptyHome();
  const attempt = ensureModel({ home: empty.home });
  await expect(attempt).rejects.toThrow(WeightsUnavailableError);
  await expect(attempt).rejects.toThrow(/npm was not found.*Be online once, or set CLASSIFYCLOUD_HOME/);
  expect(await readdir(empty.folder)).toEqual([]);
  await rm(empty.home, { recursive: true });
});
