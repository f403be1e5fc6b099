import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { useBuckets } from '../../local/aws/testing/buckets.ts';
import { s3 } from '../../shared/aws.ts';
import { addModel } from '../../worker/models/add-model.ts';
import { BUILT_INS } from '../../worker/models/built-ins.ts';
import { colourModel } from '../../worker/models/testing/colour-model.ts';
import { readCatalogue, type StageBucket } from '../models/publish.ts';
import { pushModel } from '../models/push.ts';
import { manifestsToServe, prepareModels, publishModels, usualOf } from './models.ts';

const newBucket = useBuckets();
let stage: StageBucket;
let home: string;

beforeEach(async () => {
  const bucket = await newBucket();
  stage = { s3: s3(), bucket };
  home = await mkdtemp(join(tmpdir(), 'classifycloud-home-'));
  for (const name of ['colours', 'shades']) {
    const { model, files } = colourModel({ name });
    await addModel(home, model, files);
  }
});
afterEach(() => rm(home, { recursive: true }));

const settings = (...MODELS: string[]) => ({
  MODELS,
  DEFAULT_MODEL: MODELS[0]?.split('@')[0],
  PRECISION: undefined,
  CLASSIFYCLOUD_HOME: home,
});
async function deploy(usual: string | undefined, ...names: string[]) {
  const models = await prepareModels(settings(...names), () => {});
  await publishModels(stage, models, usual);
  return readCatalogue(stage);
}

test('without a word about models the built-in ones are published, and nothing is fetched to say so', async () => {
  const manifests = await manifestsToServe({ ...settings(), DEFAULT_MODEL: undefined });
  expect(manifests).toEqual(BUILT_INS.map(({ manifest }) => manifest));
});

test('a model that is not there, or a default that is none of them, is told before anything is made', async () => {
  await expect(manifestsToServe(settings('colours', 'none'))).rejects.toThrow('no model none');
  const other = { ...settings('colours'), DEFAULT_MODEL: 'shades' };
  await expect(manifestsToServe(other)).rejects.toThrow('The default model, shades');
});

test('what is deployed is served, and the bundle has the default one of it', async () => {
  const catalogue = await deploy('shades', 'colours', 'shades@1');
  expect(catalogue?.models.map(({ name }) => name)).toEqual(['colours', 'shades']);
  expect(catalogue?.default).toBe('shades');
  const models = await prepareModels(settings('colours', 'shades'), () => {});
  expect(usualOf(models, 'shades').manifest.name).toBe('shades');
});

test('a deployment takes nothing away that was pushed, and leaves the default as it is unless it names one', async () => {
  await deploy('colours', 'colours');
  await pushModel(stage, home, 'shades', { makeDefault: true });
  const again = await deploy(undefined, 'colours');
  expect(again?.models.map(({ name }) => name)).toEqual(['colours', 'shades']);
  expect(again?.default).toBe('shades');
  expect((await deploy('colours', 'colours'))?.default).toBe('colours');
});
