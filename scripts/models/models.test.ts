import { mkdir, mkdtemp, readdir, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { GetObjectCommand, ListObjectsV2Command, PutObjectCommand } from '@aws-sdk/client-s3';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { useBuckets } from '../../local/aws/testing/buckets.ts';
import { s3 } from '../../shared/aws.ts';
import { modelKey } from '../../shared/models.ts';
import type { NewModel } from '../../worker/models/manifest.ts';
import { ModelError } from '../../worker/models/model-errors.ts';
import { colourModel } from '../../worker/models/testing/colour-model.ts';
import { addFrom } from './add.ts';
import { listModels } from './list.ts';
import { readCatalogue, type StageBucket, unpublish } from './publish.ts';
import { pushModel } from './push.ts';
import { removeAtHome } from './remove.ts';
import { verifyModels } from './verify.ts';

const newBucket = useBuckets();
let stage: StageBucket;
let home: string;
/** Where a user has a model that is to be added. */
let own: string;

beforeEach(async () => {
  const bucket = await newBucket();
  stage = { s3: s3(), bucket };
  home = await mkdtemp(join(tmpdir(), 'classifycloud-home-'));
  own = join(home, 'own');
});
afterEach(() => rm(home, { recursive: true }));

async function writeModel(told: Partial<NewModel> = {}): Promise<string> {
  const { model, files } = colourModel(told);
  await mkdir(own, { recursive: true });
  for (const [name, bytes] of files) await writeFile(join(own, name), bytes);
  await writeFile(join(own, 'manifest.json'), JSON.stringify(model));
  return own;
}
const addVersion = async (version: string) => addFrom(home, await writeModel({ version }));
const keys = async () => {
  const { Contents = [] } = await s3().send(new ListObjectsV2Command({ Bucket: stage.bucket }));
  return Contents.map(({ Key }) => Key);
};
const colours = async () =>
  (await listModels(home, await readCatalogue(stage))).filter(({ name }) => name === 'colours');

test('a model is added from its folder, or by its manifest, and listed', async () => {
  await addFrom(home, await writeModel());
  await addFrom(home, join(await writeModel({ version: '2' }), 'manifest.json'));
  expect(await colours()).toMatchObject([
    { version: '1', classes: 3, here: 'added', served: 'unknown' },
    { version: '2', classes: 3, here: 'added', served: 'unknown' },
  ]);
});

test('a folder that is no model is refused in words', async () => {
  await expect(addFrom(home, own)).rejects.toThrow(`There is no ${own}`);
  await mkdir(own);
  await expect(addFrom(home, own)).rejects.toThrow('a folder with a manifest.json');
  await writeFile(join(own, 'manifest.json'), '{');
  await expect(addFrom(home, own)).rejects.toThrow('is no JSON');
  await writeFile(join(own, 'manifest.json'), '{"name":"Own"}');
  await expect(addFrom(home, own)).rejects.toThrow(/is no manifest:.*must be of lower-case letters/s);
  await rm(join(await writeModel(), 'fp32.onnx'));
  await expect(addFrom(home, own)).rejects.toThrow('names fp32.onnx, and there is no such file');
});

test('what is pushed is served under its name, and its files are there before it is told', async () => {
  await addVersion('1');
  await pushModel(stage, home, 'colours');
  await addVersion('2');
  await pushModel(stage, home, 'colours');
  expect(await colours()).toMatchObject([
    { version: '1', served: 'by its version' },
    { version: '2', served: 'by its name' },
  ]);
  expect((await readCatalogue(stage))?.default).toBe('inception-v3');
  for (const file of ['fp32.onnx', 'labels.txt', 'manifest.json'])
    expect(await keys()).toContain(modelKey({ name: 'colours', version: '2' }, file));
});

test('a version that was pushed before is the current one again when it is pushed again', async () => {
  for (const version of ['1', '2']) await addVersion(version);
  for (const reference of ['colours@1', 'colours@2', 'colours@1']) await pushModel(stage, home, reference);
  expect(await colours()).toMatchObject([{ served: 'by its name' }, { served: 'by its version' }]);
});

test('another model of a version that is served is refused: answers would change under one name', async () => {
  await addVersion('1');
  await pushModel(stage, home, 'colours');
  await removeAtHome(home, 'colours');
  await writeModel();
  await writeFile(join(own, 'labels.txt'), 'rot\ngrün\nblau\n');
  await addFrom(home, own);
  await expect(pushModel(stage, home, 'colours')).rejects.toThrow(
    'The stage has another colours@1: its labels.txt',
  );
});

test('two who push at once both have their model served', async () => {
  for (const version of ['1', '2', '3']) await addVersion(version);
  await Promise.all(['1', '2', '3'].map((version) => pushModel(stage, home, `colours@${version}`)));
  expect((await colours()).map(({ served }) => served).sort()).toEqual([
    'by its name',
    'by its version',
    'by its version',
  ]);
});

test('what is removed from a stage is not served, and its files are gone; the default stays', async () => {
  for (const version of ['1', '2']) {
    await addVersion(version);
    await pushModel(stage, home, `colours@${version}`);
  }
  expect(await unpublish(stage, 'colours@2')).toEqual([{ name: 'colours', version: '2' }]);
  expect(await colours()).toMatchObject([{ served: 'by its name' }, { served: 'no' }]);
  expect((await keys()).filter((key) => key?.includes('colours/2'))).toEqual([]);
  await pushModel(stage, home, 'colours@2', { makeDefault: true });
  await expect(unpublish(stage, 'colours')).rejects.toThrow('Push another one with --default first');
  await expect(unpublish(stage, 'others')).rejects.toThrow(ModelError);
});

test('a file that was changed, or is gone, is found by its hash, and is not pushed', async () => {
  const { folder } = await addVersion('1');
  expect(await verifyModels(home, 'colours')).toMatchObject([{ intact: true, wrong: [], missing: [] }]);
  await truncate(join(folder, 'fp32.onnx'), 100);
  await rm(join(folder, 'labels.txt'));
  expect(await verifyModels(home, 'colours@1')).toMatchObject([
    { intact: false, wrong: ['fp32.onnx'], missing: ['labels.txt'] },
  ]);
  await expect(pushModel(stage, home, 'colours')).rejects.toThrow('fp32.onnx of colours@1 is missing');
  expect(await keys()).toEqual([]);
});

test('nothing but models is removed from this machine', async () => {
  await addVersion('1');
  for (const reference of ['../own', 'colours/../..', '', 'colours@../..'])
    await expect(removeAtHome(home, reference)).rejects.toThrow('must be like name');
  expect(await removeAtHome(home, 'colours@2')).toBe(false);
  expect(await removeAtHome(home, 'colours@1')).toBe(true);
  expect(await readdir(join(home, 'models', 'colours'))).toEqual([]);
  expect(await readdir(own)).toContain('manifest.json');
});

test('an upload that was cut off is done again', async () => {
  await addVersion('1');
  const cut = modelKey({ name: 'colours', version: '1' }, 'fp32.onnx');
  await s3().send(new PutObjectCommand({ Bucket: stage.bucket, Key: cut, Body: 'half' }));
  await pushModel(stage, home, 'colours');
  const { Body } = await s3().send(new GetObjectCommand({ Bucket: stage.bucket, Key: cut }));
  const whole = Buffer.from((await Body?.transformToByteArray()) ?? []);
  expect(whole).toEqual(colourModel().files.get('fp32.onnx'));
});
