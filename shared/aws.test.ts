import { readFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { PostToConnectionCommand } from '@aws-sdk/client-apigatewaymanagementapi';
import { GetObjectCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import {
  DeleteMessageBatchCommand,
  ReceiveMessageCommand,
  SendMessageBatchCommand,
} from '@aws-sdk/client-sqs';
import { afterAll, afterEach, beforeAll, expect, test, vi } from 'vitest';
import { type Hop, startHop } from '../scripts/chaos/hop.ts';
import { s3, sqs, sqsPolls, webSocketApi } from './aws.ts';

const AT_ONCE = 120;
/** Longer than a connection may take. */
const SLOW_MS = 2_500;
let endpoint: Hop;
let calls = 0;
let delayMs = 0;

beforeAll(async () => {
  endpoint = await startHop('http://127.0.0.1:1', async () => {
    calls++;
    await sleep(delayMs);
    return { status: 200, headers: {}, body: Buffer.from('{}') };
  });
  Object.assign(process.env, {
    AWS_ENDPOINT_URL: endpoint.url,
    AWS_REGION: 'us-east-1',
    AWS_ACCESS_KEY_ID: 'test',
    AWS_SECRET_ACCESS_KEY: 'test',
  });
});
afterEach(() => void vi.restoreAllMocks());
afterAll(() => endpoint.stop());

test('calls at once do not wait for one another’s sockets, which the SDK would take for a dead connection', async () => {
  calls = 0;
  delayMs = SLOW_MS;
  const get = (_: unknown, n: number) =>
    s3().send(new GetObjectCommand({ Bucket: 'bucket', Key: String(n) }));
  await Promise.all(Array.from({ length: AT_ONCE }, get));
  expect(calls).toBe(AT_ONCE); // else some were given up and tried again
});

test('the settings that a call copies have a place for all that the SDK adds to them', async () => {
  delayMs = 0;
  const QueueUrl = `${endpoint.url}/queue`;
  const pushes = webSocketApi(endpoint.url);
  const watched = [s3(), sqs(), sqsPolls(), pushes].map((client) => addedByCalls(client.config));
  const object = { Bucket: 'bucket', Key: 'key' };
  // Twice: the first call leaves something for the second.
  for (let call = 1; call <= 2; call++) {
    await s3().send(new PutObjectCommand({ ...object, Body: '{}' }));
    await s3().send(new GetObjectCommand(object));
    await sqs().send(new SendMessageBatchCommand({ QueueUrl, Entries: [{ Id: '0', MessageBody: '{}' }] }));
    await sqs().send(new DeleteMessageBatchCommand({ QueueUrl, Entries: [{ Id: '0', ReceiptHandle: 'a' }] }));
    await sqsPolls().send(new ReceiveMessageCommand({ QueueUrl }), { requestTimeout: 5_000 });
    await pushes.send(new PostToConnectionCommand({ ConnectionId: 'abc', Data: '{}' }));
  }
  const told = watched.map((tell) => tell());
  expect(told.map(({ calls }) => calls)).toEqual([8, 8, 4, 4]);
  expect(told.flatMap(({ added }) => added)).toEqual([]);
});

/** Watches the copies of the settings that come to a client's protocol. */
function addedByCalls(config: Pick<ReturnType<typeof s3>['config'], 'protocol'>) {
  const serialize = vi.spyOn(config.protocol, 'serializeRequest');
  const deserialize = vi.spyOn(config.protocol, 'deserializeResponse');
  return () => {
    const copies = [
      ...serialize.mock.calls.map(([, , copy]) => copy),
      ...deserialize.mock.calls.map(([, copy]) => copy),
    ];
    return { calls: copies.length, added: copies.flatMap(Object.keys).filter((name) => !(name in config)) };
  };
}

test('the step that serialises is of the SDK’s own version', async () => {
  const lock: { packages: object } = JSON.parse(
    await readFile(new URL('../package-lock.json', import.meta.url), 'utf8'),
  );
  const installed = Object.keys(lock.packages).filter((path) => path.endsWith('node_modules/@smithy/core'));
  expect(installed).toEqual(['node_modules/@smithy/core']);
});
