import { PutObjectCommand } from '@aws-sdk/client-s3';
import { beforeEach, expect, test, vi } from 'vitest';
import { useBuckets } from '../local/aws/testing/buckets.ts';
import { s3 } from './aws.ts';
import { SERVED_CATALOGUE_KEY, type ServedCatalogue, type ServedVersion } from './models.ts';
import { modelAskedFor } from './served-catalogue.ts';

const newBucket = useBuckets();
let bucket = '';
beforeEach(async () => {
  bucket = await newBucket();
});

const version: ServedVersion = {
  version: '1',
  task: 'classification',
  classes: 3,
  precisions: ['fp32'],
  licence: 'MIT',
};
const serving = (...names: string[]): ServedCatalogue => ({
  v: 1,
  default: 'usual',
  models: ['usual', ...names].map((name) => ({ name, current: '1', versions: [version] })),
});
const publish = (content: unknown) =>
  s3().send(
    new PutObjectCommand({ Bucket: bucket, Key: SERVED_CATALOGUE_KEY, Body: JSON.stringify(content) }),
  );

test('a request that names no model gets the stage’s default', async () => {
  await publish(serving());
  expect(await modelAskedFor(bucket, {})).toBe('usual');
  expect(await modelAskedFor(bucket, { model: 'usual@1' })).toBe('usual@1');
});

test('a model that is not served is refused by its name', async () => {
  await publish(serving());
  const attempt = modelAskedFor(bucket, { model: 'usual@2' });
  await expect(attempt).rejects.toMatchObject({ code: 'UNKNOWN_MODEL' });
  await expect(attempt).rejects.toThrow('"usual@2". GET /models lists');
});

test('a model that was published a second ago is known, though the catalogue was read before', async () => {
  await publish(serving());
  const now = vi.spyOn(Date, 'now');
  try {
    await modelAskedFor(bucket, {});
    await publish(serving('own'));
    now.mockReturnValue(Date.now() + 1_000);
    expect(await modelAskedFor(bucket, { model: 'own' })).toBe('own');
  } finally {
    now.mockRestore();
  }
});

test('where the catalogue cannot be read any more, the default stays what it was', async () => {
  await publish(serving());
  const now = vi.spyOn(Date, 'now');
  try {
    await modelAskedFor(bucket, {});
    await publish('no catalogue');
    now.mockReturnValue(Date.now() + 5_000);
    expect(await modelAskedFor(bucket, {})).toBe('usual');
    await expect(modelAskedFor(bucket, { model: 'other' })).rejects.toMatchObject({ code: 'UNKNOWN_MODEL' });
  } finally {
    now.mockRestore();
  }
});

test('moderation is refused where no model does it', async () => {
  await publish(serving());
  await expect(modelAskedFor(bucket, { moderation: true })).rejects.toThrow('moderation');
});

test('where nothing is published, or what is cannot be read, the worker decides', async () => {
  expect(await modelAskedFor(bucket, { model: 'anything' })).toBe('anything');
  expect(await modelAskedFor('no-such-bucket', {})).toBe('inception-v3');
  await publish({ v: 2 });
  expect(await modelAskedFor(bucket, { model: 'anything' })).toBe('anything');
});
