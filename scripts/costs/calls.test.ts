import { createServer } from 'node:http';
import { afterAll, beforeAll, beforeEach, expect, test, vi } from 'vitest';
import * as z from 'zod';
import { handler as classify } from '../../handlers/classify.ts';
import { handler as pushResults } from '../../handlers/push-results.ts';
import { takeBodies } from '../../worker/testing/cloud.ts';
import { useFixture } from '../../worker/testing/fixture.ts';
import { listen, stop } from '../../worker/testing/listen.ts';
import { type CallsPerImage, callsPerImage, LOG_BYTES } from './calls.ts';
import { DEFAULTS } from './workload.ts';

// What an image is said to call and to log is what the real functions and a real worker do, against the embedded cloud.
const fixture = useFixture();
let posts = 0;
const sockets = createServer((request, response) => {
  if (request.method === 'POST') posts++;
  request.resume().on('end', () => response.end());
});
const lines: string[] = [];

beforeAll(async () => {
  const { cloud, images } = fixture();
  Object.assign(process.env, cloud.env, {
    ...{ AUTH: 'open', STAGE: 'prod', LOG_LEVEL: 'info', ALLOWED_PRIVATE_HOSTS: images.host },
    WEBSOCKET_ENDPOINT: `http://${await listen(sockets)}`,
  });
});
afterAll(() => stop(sockets));
beforeEach(() => {
  posts = 0;
  lines.length = 0;
  fixture().cloud.recorder.calls.length = 0;
  vi.spyOn(process.stderr, 'write').mockImplementation((line) => lines.push(String(line)) > 0);
});

/** Everything that becomes of one message with so many images: accepted, worked, pushed. Each result comes alone. */
async function classifyAll(batch: number): Promise<{ answered: number; metrics: number }> {
  const { cloud, images, start } = fixture();
  const urls = Array.from({ length: batch }, (_, i) => `${images.url}/fine.jpg?${i}`);
  const requestContext = {
    connectionId: 'L0SM9cOFvHcCIhw=',
    authorizer: { tenant: 'ann', keyId: '0123456789ab' },
  };
  const body = JSON.stringify({
    action: 'classify',
    ...(batch > 1 ? { imageUrls: urls } : { imageUrl: urls[0] }),
  });
  const answer = z.object({ body: z.string() }).parse(await classify({ requestContext, body }));
  expect(JSON.parse(answer.body)).toMatchObject({ type: 'accepted' });
  const worker = start();
  const responses = await takeBodies(cloud.config.RESPONSE_QUEUE_URL, batch);
  await worker.end();
  for (const [i, response] of responses.entries()) {
    const Records = [{ messageId: String(i), body: response }];
    expect(await pushResults({ Records })).toEqual({ batchItemFailures: [] });
  }
  const metrics = lines.filter((line) => line.includes('"event":"jobs"')).join('').length;
  return { answered: responses.length, metrics };
}

const count = (call: string) => fixture().cloud.recorder.calls.filter((one) => one === call).length;

/** What was called, as calls.ts names it. */
const called = (): Omit<CallsPerImage, 'receiveRequests' | 'lookForTerminate' | 'lookForResult'> => ({
  sendRequests: count('SendMessageBatch requests'),
  deleteRequests: count('DeleteMessageBatch requests'),
  putResult: count('PUT results'),
  sendResponse: count('SendMessageBatch responses'),
  pushResult: 0,
  pushAccepted: 0,
});

test('an image alone makes the calls that it is priced by, and no other', async () => {
  await classifyAll(1);
  const priced = callsPerImage(DEFAULTS, 0);
  const { receiveRequests, lookForTerminate: _, lookForResult: __, ...told } = priced;
  expect({ ...called(), pushResult: posts }).toEqual(told);
  // Beside the one that brings the image a worker begins the next, which its leaving breaks off.
  const receives = count('ReceiveMessage requests');
  expect(receives).toBeGreaterThanOrEqual(receiveRequests);
  expect(receives).toBeLessThanOrEqual(receiveRequests + 1);
  const known =
    /^(SendMessageBatch|DeleteMessageBatch|ReceiveMessage) |^PUT results$|^GET (state|models)$|^CreateTags$/;
  expect(fixture().cloud.recorder.calls.filter((call) => !known.test(call))).toEqual([]);
});

test('a batch is queued ten at a time, its last `accepted` is the route’s response, and each image is stored by itself', async () => {
  const batch = 12;
  await classifyAll(batch);
  const priced = callsPerImage({ ...DEFAULTS, batch }, 0);
  const calls = called();
  expect(calls.sendRequests / batch).toBeCloseTo(priced.sendRequests);
  expect(calls.putResult / batch).toBe(priced.putResult);
  expect(posts / batch).toBeCloseTo(priced.pushAccepted + priced.pushResult);
  // They come at once: some share their calls, which the price leaves out.
  expect(calls.sendResponse / batch).toBeLessThanOrEqual(priced.sendResponse);
  expect(calls.deleteRequests / batch).toBeLessThanOrEqual(priced.deleteRequests);
});

test('what is logged of an image is about as long as it is priced', async () => {
  const batch = 12;
  const { metrics } = await classifyAll(batch);
  const bytesOf = (event: string) => {
    const [line = ''] = lines.filter((text) => text.includes(`"event":"${event}"`));
    return Buffer.byteLength(line.trimEnd()) + 26;
  };
  const near = (bytes: number, priced: number, share = 0.1) => {
    expect(bytes).toBeGreaterThan(priced * (1 - share));
    expect(bytes).toBeLessThan(priced * (1 + share));
  };
  near(bytesOf('classify'), LOG_BYTES.accepting + batch * LOG_BYTES.answer);
  near(bytesOf('job'), LOG_BYTES.job);
  near(bytesOf('pushed'), LOG_BYTES.pushed);
  // A line of metrics is for a hundred results; of this one's the head is shared by twelve. It holds times, which have a
  // digit more where the machine has much else to do.
  const head = 480;
  near((metrics - head) / batch + head / 100, LOG_BYTES.metrics, 0.25);
});
