import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { json } from 'node:stream/consumers';
import { afterAll, beforeAll, beforeEach, expect, test, vi } from 'vitest';
import * as z from 'zod';
import { CloudWatchLog } from './cloudwatch-log.ts';

const put = z.object({
  logGroupName: z.literal('workers'),
  logStreamName: z.string(),
  logEvents: z.array(z.object({ timestamp: z.number(), message: z.string() })),
});
const NEVER_MS = 1e9; // so that nothing is sent before the end

/** CloudWatch Logs as far as a worker asks it: what the SDK sends really goes there. */
let streams: string[];
let batches: { bytes: number; messages: string[] }[];
let fail: string | undefined;
const server = createServer(async (request, response) => {
  const body = await json(request);
  const action = String(request.headers['x-amz-target']).split('.').at(-1);
  const refuse = (code: string) => {
    response.writeHead(400, { 'content-type': 'application/x-amz-json-1.1' });
    response.end(JSON.stringify({ __type: code, message: code }));
  };
  if (fail !== undefined && action === 'PutLogEvents') return refuse(fail);
  const { logStreamName, logEvents } = put.partial({ logEvents: true }).parse(body);
  if (action === 'CreateLogStream') {
    if (streams.includes(logStreamName)) return refuse('ResourceAlreadyExistsException');
    streams.push(logStreamName);
  } else if (logEvents) {
    const messages = logEvents.map(({ message }) => message);
    batches.push({ bytes: messages.reduce((sum, text) => sum + Buffer.byteLength(text) + 26, 0), messages });
  }
  response.writeHead(200, { 'content-type': 'application/x-amz-json-1.1' }).end('{}');
});

beforeAll(async () => {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  vi.stubEnv('AWS_ENDPOINT_URL', `http://127.0.0.1:${port}`);
  vi.stubEnv('AWS_REGION', 'us-east-1');
  vi.stubEnv('AWS_ACCESS_KEY_ID', 'test');
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'test');
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
  vi.unstubAllEnvs();
});
beforeEach(() => {
  streams = [];
  batches = [];
  fail = undefined;
});
const sent = () => batches.flatMap(({ messages }) => messages);

test('lines arrive in their order, and the last when the worker leaves', async () => {
  const log = new CloudWatchLog('workers', 'i-1', 20);
  log.add('first');
  await vi.waitFor(() => expect(sent()).toEqual(['first']), { timeout: 5_000 });
  log.add('second');
  log.add('third');
  await log.close();
  expect(sent()).toEqual(['first', 'second', 'third']);
  expect(streams).toEqual(['i-1']);
});

test('a worker that was started again writes on in the stream of its machine', async () => {
  streams = ['i-1'];
  const log = new CloudWatchLog('workers', 'i-1', NEVER_MS);
  log.add('again');
  await log.close();
  expect(sent()).toEqual(['again']);
});

test('what CloudWatch would not take is sent with the next', async () => {
  const complaints = vi.spyOn(console, 'error').mockImplementation(() => {});
  fail = 'AccessDeniedException';
  const log = new CloudWatchLog('workers', 'i-1', 20);
  log.add('kept');
  await vi.waitFor(() => expect(complaints).toHaveBeenCalled(), { timeout: 5_000 });
  fail = undefined;
  await log.close();
  expect(sent()).toEqual(['kept']);
  complaints.mockRestore();
});

test('more than CloudWatch takes at once goes in several calls', async () => {
  const log = new CloudWatchLog('workers', 'i-1', NEVER_MS);
  const lines = Array.from({ length: 40 }, (_, i) => `${i}`.padEnd(60_000, 'é'));
  for (const line of lines) log.add(line);
  await log.close();
  expect(sent()).toEqual(lines);
  expect(batches.length).toBeGreaterThan(1);
  for (const { bytes } of batches) expect(bytes).toBeLessThanOrEqual(1 << 20);
});

test('while it cannot be reached the oldest lines go, and it is told how many', async () => {
  const log = new CloudWatchLog('workers', 'i-1', NEVER_MS);
  for (let i = 0; i < 10_050; i++) log.add(`${i}`);
  await log.close();
  expect(sent().slice(0, 2)).toEqual(['{"level":"warn","event":"lines dropped","count":50}', '50']);
  expect(sent()).toHaveLength(10_001);
});
