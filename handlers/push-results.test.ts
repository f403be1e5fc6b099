import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { CreateBucketCommand } from '@aws-sdk/client-s3';
import { v7 as uuidv7 } from 'uuid';
import { afterAll, afterEach, beforeAll, expect, test, vi } from 'vitest';
import { type AwsEndpoint, startAwsEndpoint } from '../local/aws/endpoint.ts';
import { s3 } from '../shared/aws.ts';
import type { ErrorCode } from '../shared/errors.ts';
import { MESSAGE_VERSION, type ResponseMessage } from '../shared/jobs.ts';
import { KeyStore } from '../shared/key-store.ts';
import type { OutcomeMessage } from '../shared/protocol.ts';
import { Results } from '../shared/results.ts';
import { handler } from './push-results.ts';

const Bucket = 'push-results-test';
const results = new Results(Bucket);
let cloud: AwsEndpoint;
let gateway: Server;
/** How often the next posts to a connection are throttled. */
const failures = new Map<string, number>();
/** What each connection was sent. */
const pushed = new Map<string, unknown[]>();
/** The connections that were closed. */
const closed: string[] = [];
/** The id of a key of the stage, by which all connections were opened unless it is said otherwise. */
let keyId: string;

/** API Gateway's management endpoint: a connection named `gone…` is gone, one named `broken…` fails, `hangs…` never answers. */
const startGateway = () =>
  createServer(async (request, response) => {
    const connectionId = decodeURIComponent(/^\/@connections\/(.+)$/.exec(request.url ?? '')?.[1] ?? '');
    if (request.method === 'DELETE') {
      closed.push(connectionId);
      response.writeHead(204).end();
      return;
    }
    let body = '';
    for await (const chunk of request.setEncoding('utf8')) body += chunk;
    if (/^hangs/.test(connectionId)) return;
    if (failures.has(connectionId)) {
      failures.set(connectionId, (failures.get(connectionId) ?? 0) - 1);
      if ((failures.get(connectionId) ?? 0) >= 0) return void response.writeHead(429).end();
    }
    pushed.set(connectionId, [...(pushed.get(connectionId) ?? []), JSON.parse(body)]);
    const known = request.method === 'POST' && connectionId !== '';
    const status = !known ? 400 : /^gone/.test(connectionId) ? 410 : /^broken/.test(connectionId) ? 500 : 200;
    response.writeHead(status).end();
  }).listen(0, '127.0.0.1');

beforeAll(async () => {
  cloud = await startAwsEndpoint({ port: 0, launch: () => expect.fail('no machine is launched here') });
  gateway = startGateway();
  await once(gateway, 'listening');
  const address = gateway.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  process.env.AWS_ENDPOINT_URL = cloud.url;
  process.env.AWS_REGION = 'us-east-1';
  process.env.AWS_ACCESS_KEY_ID = process.env.AWS_SECRET_ACCESS_KEY = 'test';
  process.env.STAGE = 'push-results-test';
  process.env.BUCKET = Bucket;
  process.env.WEBSOCKET_ENDPOINT = `http://127.0.0.1:${address.port}`;
  vi.spyOn(process.stderr, 'write').mockReturnValue(true); // the log of what fails here by design
  await s3().send(new CreateBucketCommand({ Bucket }));
  keyId = (await new KeyStore(process.env.STAGE).create('a')).kept.id;
});
afterEach(() => {
  pushed.clear();
  closed.length = 0;
  timeMs = 3_500;
});
afterAll(async () => {
  gateway.closeAllConnections();
  gateway.close();
  await cloud.stop();
});

const failed = (requestId: string, code: ErrorCode = 'DOWNLOAD_FAILED'): OutcomeMessage => ({
  type: 'error',
  requestId,
  error: { code, message: 'It went wrong.', retryable: false },
});
const response = (connectionId: string | undefined, outcome: OutcomeMessage): ResponseMessage => ({
  v: MESSAGE_VERSION,
  requestId: outcome.requestId ?? '',
  tenant: 'a',
  ...(connectionId !== undefined && { connectionId, keyId }),
  outcome,
});
/** That the function has, in ms; the last second is kept for its ending. */
let timeMs = 3_500;
/** Hands the function a batch, a record for each body; the ids of the records are `m0`, `m1` and so on. */
const pushAll = async (...bodies: (ResponseMessage | string)[]) => {
  const Records = bodies.map((body, n) => ({
    messageId: `m${n}`,
    body: typeof body === 'string' ? body : JSON.stringify(body),
  }));
  const { batchItemFailures } = await handler({ Records }, { getRemainingTimeInMillis: () => timeMs });
  return batchItemFailures.map(({ itemIdentifier }) => itemIdentifier);
};
const listen = (requestId: string, connectionId: string, tenant = 'a') =>
  results.listen(requestId, { connectionId, tenant, keyId });
/** Without those that fail: the SDK may still try them when the test that gave them up is over. */
const all = () => Object.fromEntries([...pushed].filter(([id]) => !id.startsWith('broken')));

test('an outcome goes to its own connection and to each that resumed, to each once', async () => {
  const outcome = failed(uuidv7());
  for (const connectionId of ['second', 'own', 'third']) await listen(outcome.requestId ?? '', connectionId);
  expect(await pushAll(response('own', outcome))).toEqual([]);
  expect(all()).toEqual({ own: [outcome], second: [outcome], third: [outcome] });
});

test('where the worker knows that nobody listens, nobody is looked for', async () => {
  const outcome = failed(uuidv7());
  await listen(outcome.requestId ?? '', 'resumed');
  expect(await pushAll({ ...response('own', outcome), awaited: false })).toEqual([]);
  expect(all()).toEqual({ own: [outcome] });
  expect(await pushAll({ ...response('own', outcome), awaited: true })).toEqual([]);
  expect(all()).toEqual({ own: [outcome, outcome], resumed: [outcome] });
});

test('one that was asked for over HTTP goes to those that resumed, and to nobody where there is none', async () => {
  const resumed = failed(uuidv7());
  await listen(resumed.requestId ?? '', 'resumed');
  const fetched = failed(uuidv7());
  expect(await pushAll(response(undefined, resumed), response(undefined, fetched))).toEqual([]);
  expect(all()).toEqual({ resumed: [resumed] });
});

test('a connection that is gone is no failure, and the others get theirs', async () => {
  const outcome = failed(uuidv7());
  await listen(outcome.requestId ?? '', 'gone-too');
  await listen(outcome.requestId ?? '', 'resumed');
  expect(await pushAll(response('gone', outcome))).toEqual([]);
  expect(pushed.get('resumed')).toEqual([outcome]);
  expect(pushed.get('gone')).toHaveLength(1); // it was tried, and not again
});

test('one that cannot be pushed comes again alone; the others of its batch are pushed', async () => {
  const [first, broken, last] = [failed(uuidv7()), failed(uuidv7()), failed(uuidv7())];
  expect(await pushAll(response('first', first), response('broken', broken), response('last', last))).toEqual(
    ['m1'],
  );
  expect(pushed.get('first')).toEqual([first]);
  expect(pushed.get('last')).toEqual([last]);
});

test('one that is never answered is reported in time, and the others of its batch are pushed', async () => {
  const [first, hangs, last] = [failed(uuidv7()), failed(uuidv7()), failed(uuidv7())];
  expect(await pushAll(response('first', first), response('hangs', hangs), response('last', last))).toEqual([
    'm1',
  ]);
  expect(all()).toEqual({ first: [first], last: [last] });
});

test('one that is throttled for longer than the SDK tries is pushed all the same', async () => {
  timeMs = 10_000;
  failures.set('throttled', 5);
  const outcome = failed(uuidv7());
  expect(await pushAll(response('throttled', outcome))).toEqual([]);
  expect(all()).toEqual({ throttled: [outcome] });
});

test('one whose listener cannot be reached comes again, though its own connection was', async () => {
  const outcome = failed(uuidv7());
  await listen(outcome.requestId ?? '', 'broken-listener');
  expect(await pushAll(response('own', outcome), response('other', failed(uuidv7())))).toEqual(['m0']);
  expect(pushed.get('own')).toEqual([outcome]);
});

test('a listener of another tenant is told that the id is unknown, and never the outcome', async () => {
  const outcome = failed(uuidv7());
  const { requestId = '' } = outcome;
  await listen(requestId, 'stranger', 'b');
  await listen(requestId, 'friend', 'a');
  expect(await pushAll(response('own', outcome))).toEqual([]);
  expect(pushed.get('stranger')).toEqual([
    { type: 'error', requestId, error: expect.objectContaining({ code: 'UNKNOWN_REQUEST' }) },
  ]);
  expect(pushed.get('friend')).toEqual([outcome]);
});

test('a CONFLICT goes to the one who brought the id, not to those who wait for what is stored under it', async () => {
  const conflict = failed(uuidv7(), 'CONFLICT');
  await listen(conflict.requestId ?? '', 'waiting');
  expect(await pushAll(response('own', conflict))).toEqual([]);
  expect(all()).toEqual({ own: [conflict] });
});

test('a connection whose key was revoked gets no outcome: it is told and closed; the others get theirs', async () => {
  const outcome = failed(uuidv7());
  await results.listen(outcome.requestId ?? '', { connectionId: 'resumed', tenant: 'a', keyId: 'revoked' });
  await results.listen(outcome.requestId ?? '', { connectionId: 'opened-without', tenant: 'a' });
  await listen(outcome.requestId ?? '', 'friend');
  expect(await pushAll({ ...response('own', outcome), keyId: 'revoked' })).toEqual([]);
  const told = [{ type: 'error', error: expect.objectContaining({ code: 'UNAUTHORIZED' }) }];
  expect(all()).toEqual({ own: told, resumed: told, 'opened-without': told, friend: [outcome] });
  expect(closed.sort()).toEqual(['opened-without', 'own', 'resumed']);
});

test('a record that cannot be read is reported alone', async () => {
  const outcome = failed(uuidv7());
  const unknownVersion = { ...response('own', outcome), v: MESSAGE_VERSION + 1 };
  expect(await pushAll('{"v":', response('own', outcome), '{}', JSON.stringify(unknownVersion))).toEqual([
    'm0',
    'm2',
    'm3',
  ]);
  expect(all()).toEqual({ own: [outcome] });
});
