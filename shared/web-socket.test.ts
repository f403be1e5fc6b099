import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type Server, type ServerResponse } from 'node:http';
import { afterAll, beforeEach, expect, test, vi } from 'vitest';
import type { ServerMessage } from './protocol.ts';
import { answerWith } from './web-socket.ts';

/** What API Gateway does with the posts to come, in turn; then it takes them. */
let failures: ((response: ServerResponse) => void)[] = [];
const taken: unknown[] = [];
/** Each test's own: a post that a test gave up may still be on its way in the next. */
let connectionId = '';
const gateway: Server = createServer(async (request, response) => {
  let body = '';
  for await (const chunk of request.setEncoding('utf8')) body += chunk;
  if (!request.url?.endsWith(`/${connectionId}`)) return status(410)(response);
  const fail = failures.shift();
  if (fail) return fail(response);
  taken.push(JSON.parse(body));
  response.writeHead(200).end();
}).listen(0, '127.0.0.1');
await once(gateway, 'listening');
const address = gateway.address();
if (address === null || typeof address === 'string') throw new Error('no port');
const endpoint = `http://127.0.0.1:${address.port}`;
Object.assign(process.env, { AWS_REGION: 'us-east-1', AWS_ACCESS_KEY_ID: 'a', AWS_SECRET_ACCESS_KEY: 'a' });

beforeEach(() => {
  vi.spyOn(process.stderr, 'write').mockReturnValue(true); // the log of what fails here by design
  connectionId = randomUUID();
  failures = [];
  taken.length = 0;
});
afterAll(() => {
  gateway.closeAllConnections();
  gateway.close();
});

const status = (code: number) => (response: ServerResponse) => void response.writeHead(code).end('{}');
const reset = (response: ServerResponse) => void response.destroy();
const accepted = (requestId: string): ServerMessage => ({
  type: 'accepted',
  requestId,
  imageUrl: 'https://example.org/a.jpg',
  position: 0,
  etaMs: 1,
});
const outcome = (requestId: string): ServerMessage => ({
  type: 'error',
  requestId,
  error: { code: 'TIMEOUT', message: 'Too late.', retryable: true },
});

test('answers are posted though API Gateway fails for longer than the SDK tries, and the last is the response', async () => {
  failures = [status(500), reset, status(429), status(503), status(500), reset, status(500)];
  const answer = await answerWith(endpoint, connectionId, [outcome('1'), outcome('2'), accepted('3')]);
  expect(taken).toHaveLength(2);
  expect(taken).toEqual(expect.arrayContaining([outcome('1'), outcome('2')]));
  expect(answer).toEqual({ statusCode: 200, body: JSON.stringify(accepted('3')) });
});

test('an outcome that cannot be posted fails the route, so that the client is told to ask again', async () => {
  failures = Array.from({ length: 1_000 }, () => status(500));
  await expect(answerWith(endpoint, connectionId, [outcome('1'), outcome('2')], 300)).rejects.toThrow(
    '1 outcome',
  );
});

test('an API Gateway that never answers holds the route no longer than it has time', async () => {
  failures = [() => {}, () => {}, () => {}];
  await expect(answerWith(endpoint, connectionId, [outcome('1'), outcome('2')], 300)).rejects.toThrow(
    '1 outcome',
  );
});

test('an `accepted` that cannot be posted does not cost the client the others', async () => {
  failures = Array.from({ length: 1_000 }, () => status(500));
  const answer = await answerWith(endpoint, connectionId, [accepted('1'), accepted('2')], 300);
  expect(answer).toEqual({ statusCode: 200, body: JSON.stringify(accepted('2')) });
});

test('a connection that is gone is asked once', async () => {
  failures = [status(410), status(410)];
  expect(await answerWith(endpoint, connectionId, [outcome('1'), outcome('2')])).toMatchObject({
    statusCode: 200,
  });
  expect(failures).toHaveLength(1);
});
