import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { CreateBucketCommand } from '@aws-sdk/client-s3';
import { v7 as uuidv7 } from 'uuid';
import { afterAll, afterEach, beforeAll, expect, test, vi } from 'vitest';
import { type AwsEndpoint, startAwsEndpoint } from '../local/aws/endpoint.ts';
import { type Hop, startHop } from '../scripts/chaos/hop.ts';
import { refusalOf } from '../scripts/chaos/reply.ts';
import { s3 } from '../shared/aws.ts';
import type { OutcomeMessage } from '../shared/protocol.ts';
import { Results } from '../shared/results.ts';
import { handler as awaitResult } from './await-result.ts';
import { handler as resume } from './resume.ts';

const Bucket = 'bucket-failures-test';
const results = new Results(Bucket);
let cloud: AwsEndpoint;
let hop: Hop;
let gateway: Server;
/** What a socket was sent, beside the routes' own answers. */
const posted: unknown[] = [];
/** Whether the bucket refuses a call. */
let refuses: (url: string) => boolean = () => false;

beforeAll(async () => {
  cloud = await startAwsEndpoint({ port: 0, launch: () => expect.fail('no machine is launched here') });
  const call = { service: 's3', operation: '', target: '' } as const;
  hop = await startHop(cloud.url, async ({ url }, forward) =>
    refuses(url) ? refusalOf(call, false) : forward(),
  );
  gateway = createServer(async (request, response) => {
    let body = '';
    for await (const chunk of request.setEncoding('utf8')) body += chunk;
    posted.push(JSON.parse(body));
    response.writeHead(200).end();
  }).listen(0, '127.0.0.1');
  await once(gateway, 'listening');
  const address = gateway.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  Object.assign(process.env, {
    AWS_ENDPOINT_URL: hop.url,
    AWS_REGION: 'us-east-1',
    AWS_ACCESS_KEY_ID: 'test',
    AWS_SECRET_ACCESS_KEY: 'test',
    AUTH: 'open',
    BUCKET: Bucket,
    WEBSOCKET_ENDPOINT: `http://127.0.0.1:${address.port}`,
    REQUEST_TIMEOUT_SECONDS: '120',
  });
  vi.spyOn(process.stderr, 'write').mockReturnValue(true); // the log of what fails here by design
  await s3().send(new CreateBucketCommand({ Bucket }));
});
afterEach(() => {
  refuses = () => false;
  posted.length = 0;
});
afterAll(async () => {
  gateway.closeAllConnections();
  gateway.close();
  hop.stop();
  await cloud.stop();
});

async function storeOne(): Promise<OutcomeMessage> {
  const requestId = uuidv7();
  const error = { code: 'DOWNLOAD_FAILED' as const, message: 'It went wrong.', retryable: false };
  const outcome: OutcomeMessage = { type: 'error', requestId, error };
  await results.store({ requestId, tenant: 'public', digest: 'd', outcome });
  return outcome;
}

test('resume never tells a failure of ours as the outcome of a request', async () => {
  const [one, other, pending] = [await storeOne(), await storeOne(), uuidv7()];
  refuses = (url) => url.includes(`rebind/${one.requestId}`);
  const requestIds = [one.requestId, other.requestId, pending];
  const event = {
    requestContext: { connectionId: 'c', authorizer: { tenant: 'public' } },
    body: JSON.stringify({ action: 'resume', requestIds }),
  };
  const answer = await resume(event);
  // The others are answered, and the client is told to ask again: without an id, for it is the end of none.
  expect(posted).toEqual([other]);
  expect(JSON.parse(answer.body ?? '')).toEqual({
    type: 'error',
    error: expect.objectContaining({ code: 'INTERNAL', retryable: true }),
  });
});

const get = (id: string, waitSeconds: number) =>
  awaitResult({
    routeKey: 'GET /requests/{id}',
    pathParameters: { id },
    queryStringParameters: { waitSeconds: String(waitSeconds) },
    requestContext: { http: { method: 'GET' }, authorizer: { lambda: { tenant: 'public' } } },
  });

test('a GET that waits outlasts a bucket that fails for a while', async () => {
  const { requestId = '' } = await storeOne();
  let calls = 0;
  refuses = (url) => url.includes('results/') && ++calls <= 4; // more than the SDK tries
  expect(await get(requestId, 20)).toMatchObject({ statusCode: 502 });
  expect(calls).toBe(5);
});

test('a GET whose wait ends while the bucket fails is sent round again; without a wait it is told', async () => {
  const { requestId = '' } = await storeOne();
  refuses = () => true;
  expect(await get(requestId, 0.1)).toMatchObject({
    statusCode: 303,
    headers: { location: `${requestId}?waitSeconds=0.1` },
  });
  expect(await get(requestId, 0)).toMatchObject({ statusCode: 500 });
});

test('past the deadline a GET is not sent round for ever', async () => {
  const old = uuidv7({ msecs: Date.now() - 121_000 });
  refuses = () => true;
  expect(await get(old, 25)).toMatchObject({ statusCode: 500 });
});

test('a GET for what is no id is told so, waiting or not', async () => {
  expect(await get('none', 25)).toMatchObject({ statusCode: 404 });
  expect(await get('none', 0)).toMatchObject({ statusCode: 404 });
});
