import { CreateBucketCommand } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, expect, test } from 'vitest';
import * as z from 'zod';
import { type AwsEndpoint, startAwsEndpoint } from '../local/aws/endpoint.ts';
import { type Hop, startHop } from '../scripts/chaos/hop.ts';
import { s3 } from './aws.ts';
import { readJson, swapJson, updateJson } from './bucket.ts';

const Bucket = 'bucket-test';
const list = z.array(z.string());
let cloud: AwsEndpoint;
let hop: Hop;
/** Writes that are done, and whose answer is lost. */
let losses = 0;

beforeAll(async () => {
  cloud = await startAwsEndpoint({ port: 0, launch: () => expect.fail('no machine is launched here') });
  hop = await startHop(cloud.url, async ({ method }, forward) => {
    const reply = await forward();
    return method === 'PUT' && losses-- > 0 ? undefined : reply;
  });
  process.env.AWS_ENDPOINT_URL = hop.url;
  process.env.AWS_REGION = 'us-east-1';
  process.env.AWS_ACCESS_KEY_ID = process.env.AWS_SECRET_ACCESS_KEY = 'test';
  await s3().send(new CreateBucketCommand({ Bucket }));
});
afterAll(async () => {
  hop.stop();
  await cloud.stop();
});

test('a write whose answer was lost has won, though its repetition is refused', async () => {
  losses = 1;
  const version = await swapJson(Bucket, 'lost', ['a'], undefined);
  expect(version).toBe((await readJson(Bucket, 'lost', list))?.etag);
  losses = 1;
  const next = await swapJson(Bucket, 'lost', ['b'], version);
  expect(await readJson(Bucket, 'lost', list)).toEqual({ value: ['b'], etag: next });
});

test('a write that came second has lost, also where an answer was lost on the way', async () => {
  const version = await swapJson(Bucket, 'raced', ['first'], undefined);
  losses = 1;
  expect(await swapJson(Bucket, 'raced', ['second'], undefined)).toBeUndefined();
  losses = 1;
  expect(await swapJson(Bucket, 'raced', ['second'], '"another"')).toBeUndefined();
  expect(await readJson(Bucket, 'raced', list)).toEqual({ value: ['first'], etag: version });
});

test('a change whose answer was lost is made once', async () => {
  losses = 1;
  const add = (item: string) => updateJson(Bucket, 'changed', list, (all = []) => [...all, item]);
  await add('a');
  losses = 1;
  expect(await add('b')).toEqual(['a', 'b']);
  expect((await readJson(Bucket, 'changed', list))?.value).toEqual(['a', 'b']);
});
