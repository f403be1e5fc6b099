import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PutObjectCommand } from '@aws-sdk/client-s3';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { useBuckets } from '../../local/aws/testing/buckets.ts';
import { s3 } from '../../shared/aws.ts';
import { modelKey, SERVED_CATALOGUE_KEY } from '../../shared/models.ts';
import { addModel } from './add-model.ts';
import { INCEPTION_V3 } from './inception-v3.ts';
import { encodeManifest, MANIFEST, type ModelFolder } from './manifest.ts';
import { ModelError } from './model-errors.ts';
import { type ModelRepository, openRepository } from './repository.ts';
import { catalogueOf } from './served.ts';
import { colourModel } from './testing/colour-model.ts';

const newBucket = useBuckets();
let bucket = '';
let home: string;
let elsewhere: string;
let models: ModelRepository;

beforeEach(async () => {
  bucket = await newBucket();
  [home, elsewhere] = (await Promise.all(
    ['home', 'elsewhere'].map((name) => mkdtemp(join(tmpdir(), `classifycloud-${name}-`))),
  )) as [string, string];
});
afterEach(async () => {
  models?.close();
  await Promise.all([home, elsewhere].map((folder) => rm(folder, { recursive: true })));
});

const open = async (cache?: string) => {
  models = await openRepository({ bucket, home, cache, refreshMs: 50 });
  return models;
};
const put = (Key: string, Body: string | Buffer) =>
  s3().send(new PutObjectCommand({ Bucket: bucket, Key, Body }));
const serve = (...added: ModelFolder[]) =>
  put(
    SERVED_CATALOGUE_KEY,
    JSON.stringify(catalogueOf([INCEPTION_V3.manifest, ...added.map(({ manifest }) => manifest)])),
  );

/** A model that lies in the bucket, and not in home. */
async function inBucket(
  version: string,
  change: (name: string, bytes: Buffer) => Buffer = (_, bytes) => bytes,
) {
  const { model, files } = colourModel({ version });
  const added = await addModel(elsewhere, model, files);
  for (const name of Object.keys(added.manifest.files))
    await put(modelKey(model, name), change(name, await readFile(join(added.folder, name))));
  await put(modelKey(model, MANIFEST), encodeManifest(added.manifest));
  return added;
}

it('a stage that has published nothing serves the built-in models', async () => {
  await open();
  const { name, version } = INCEPTION_V3.manifest;
  expect(models.resolve('inception-v3')).toEqual({ name, version });
  expect(models.ofTask('classification')).toEqual({ name, version });
  expect(models.resolve('colours')).toBeUndefined();
});

it('a stage whose catalogue cannot be read serves the built-in models, until it can', async () => {
  await put(SERVED_CATALOGUE_KEY, 'half');
  await open();
  expect(models.resolve('inception-v3')).toBeDefined();
  await serve(await inBucket('1'));
  await vi.waitFor(() => expect(models.resolve('colours')).toBeDefined(), 5_000);
});

it('a new version is known soon, and whoever listens is told once', async () => {
  const first = await inBucket('1');
  await serve(first);
  await open();
  const told = vi.fn();
  models.onChange(told);
  expect(models.resolve('colours')?.version).toBe('1');
  await serve(first, await inBucket('2'));
  await vi.waitFor(() => expect(models.resolve('colours')?.version).toBe('2'), 5_000);
  expect(models.resolve('colours@1')?.version).toBe('1');
  expect(told).toHaveBeenCalledTimes(1);
});

it('a model that is not known is looked for once more before it is given up', async () => {
  models = await openRepository({ bucket, home, refreshMs: 60_000 });
  await serve(await inBucket('1'));
  expect(models.resolve('colours')).toBeUndefined();
  expect(await models.find('colours')).toEqual({ name: 'colours', version: '1' });
  expect(await models.find('none')).toBeUndefined();
});

it('a model of the bucket is fetched into the cache, whole, and from then on taken from there', async () => {
  await inBucket('1');
  await open(join(home, 'cache'));
  const opened = await models.open({ name: 'colours', version: '1' });
  expect(opened.folder).toBe(join(home, 'cache', 'models', 'colours', '1'));
  expect((await readdir(opened.folder)).sort()).toEqual(['fp32.onnx', 'labels.txt', 'manifest.json']);
  await put(modelKey({ name: 'colours', version: '1' }, MANIFEST), 'gone');
  expect(await models.open({ name: 'colours', version: '1' })).toEqual(opened);
});

it('what is served no more makes room in the cache when another is fetched, and home is left alone', async () => {
  const [first, second] = [await inBucket('1'), await inBucket('2')];
  const { model, files } = colourModel({ name: 'mine' });
  const mine = await addModel(home, model, files);
  await serve(first);
  await open(join(home, 'cache'));
  await models.open({ name: 'colours', version: '1' });
  await serve(second);
  await vi.waitFor(() => expect(models.resolve('colours@1')).toBeUndefined(), 5_000);
  await models.open({ name: 'colours', version: '2' });
  expect(await readdir(join(home, 'cache', 'models', 'colours'))).toEqual(['2']);
  expect(await readdir(mine.folder)).toContain(MANIFEST);
});

it('a model of home is taken as it is; where a file of it is broken, it is fetched', async () => {
  const { model, files } = colourModel();
  const { folder } = await addModel(home, model, files);
  await open();
  expect((await models.open(model)).folder).toBe(folder);
  await writeFile(join(folder, 'fp32.onnx'), 'broken');
  await expect(models.open(model)).rejects.toThrow('neither on this machine nor in the bucket');
  await inBucket('1');
  expect((await models.open(model)).folder).toBe(folder);
  expect(await readFile(join(folder, 'fp32.onnx'))).toEqual(files.get('fp32.onnx'));
});

it('a file of the bucket that is not as the manifest says is refused, and nothing of it is left', async () => {
  await inBucket('1', (name, bytes) => (name === 'fp32.onnx' ? Buffer.from('other') : bytes));
  await open();
  const attempt = models.open({ name: 'colours', version: '1' });
  await expect(attempt).rejects.toThrow(ModelError);
  await expect(attempt).rejects.toThrow(
    'fp32.onnx of colours@1 is in the bucket, but not as its manifest says',
  );
  expect(await readdir(join(home, 'models', 'colours', '1'))).toEqual([]);
});
