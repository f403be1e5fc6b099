import { setTimeout as sleep } from 'node:timers/promises';
import { GetObjectCommand } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Hop, startHop } from '../scripts/chaos/hop.ts';
import { s3 } from './aws.ts';

const AT_ONCE = 120;
/** Longer than a connection may take. */
const SLOW_MS = 2_500;
let slow: Hop;
let calls = 0;

beforeAll(async () => {
  slow = await startHop('http://127.0.0.1:1', async () => {
    calls++;
    await sleep(SLOW_MS);
    return { status: 200, headers: {}, body: Buffer.from('{}') };
  });
  Object.assign(process.env, {
    AWS_ENDPOINT_URL: slow.url,
    AWS_REGION: 'us-east-1',
    AWS_ACCESS_KEY_ID: 'test',
    AWS_SECRET_ACCESS_KEY: 'test',
  });
});
afterAll(() => slow.stop());

test('calls at once do not wait for one another’s sockets, which the SDK would take for a dead connection', async () => {
  const get = (_: unknown, n: number) =>
    s3().send(new GetObjectCommand({ Bucket: 'bucket', Key: String(n) }));
  await Promise.all(Array.from({ length: AT_ONCE }, get));
  expect(calls).toBe(AT_ONCE); // else some were given up and tried again
});
