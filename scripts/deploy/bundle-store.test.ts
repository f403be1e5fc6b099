import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CreateBucketCommand, ListObjectsV2Command, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, beforeEach, expect, test, vi } from 'vitest';
import { startTestCloud, type TestCloud } from '../../local/offline/test-cloud.ts';
import { emptyBucket, pruneBundles, removeBundles, storeBundle } from './bundle-store.ts';

let cloud: TestCloud;
let folder: string;
let s3: S3Client;
let bucket: string;
let tests = 0;
beforeAll(async () => {
  cloud = await startTestCloud();
  folder = await mkdtemp(join(tmpdir(), 'classifycloud-bundles-'));
  s3 = new S3Client({ forcePathStyle: true });
  // S3 tells the age of an object in seconds: the tests' own clock makes each a minute older than the next.
  vi.useFakeTimers({ toFake: ['Date'] });
});
afterAll(async () => {
  vi.useRealTimers();
  s3.destroy();
  await cloud.stop();
  await rm(folder, { recursive: true, force: true });
});
beforeEach(async () => {
  bucket = `deployments-${++tests}`;
  await s3.send(new CreateBucketCommand({ Bucket: bucket }));
});

async function bundle(name: string) {
  const sha256 = name.repeat(64);
  const path = join(folder, sha256);
  await writeFile(path, name);
  return { path, sha256, bytes: name.length };
}

/** What a deployment of a bundle does; @returns whether it was uploaded */
async function deploy(name: string): Promise<boolean> {
  vi.setSystemTime(Date.now() + 60_000);
  const one = await bundle(name);
  const uploaded = await storeBundle(s3, bucket, one);
  await pruneBundles(s3, bucket, one);
  return uploaded;
}

async function stored(): Promise<string[]> {
  const { Contents = [] } = await s3.send(new ListObjectsV2Command({ Bucket: bucket }));
  return Contents.map(({ Key = '' }) => Key.replace(/^workers\/(.).*/, '$1')).sort();
}

test('the last three bundles stay, to roll back to', async () => {
  for (const name of ['a', 'b', 'c', 'd']) await deploy(name);
  expect(await stored()).toEqual(['b', 'c', 'd']);
});

test('one that is there is not uploaded again', async () => {
  expect(await deploy('a')).toBe(true);
  expect(await deploy('a')).toBe(false);
});

test('an old one that is deployed again counts as new', async () => {
  for (const name of ['a', 'b', 'c', 'a', 'd']) await deploy(name);
  expect(await stored()).toEqual(['a', 'c', 'd']);
});

test('pruning and removing bundles leaves what the framework keeps in the bucket', async () => {
  await s3.send(new PutObjectCommand({ Bucket: bucket, Key: 'serverless/template.json', Body: '{}' }));
  for (const name of ['a', 'b', 'c', 'd']) await deploy(name);
  await removeBundles(s3, bucket);
  expect(await stored()).toEqual(['serverless/template.json']);
  await emptyBucket(s3, bucket);
  expect(await stored()).toEqual([]);
});
