import { afterAll, afterEach, beforeAll, expect, it, vi } from 'vitest';
import { Results } from '../shared/results.ts';
import { depthOf, send, startTestCloud, type TestCloud, takeResponses } from './testing/cloud.ts';
import { type ImageHost, startImageHost } from './testing/image-host.ts';
import { jobFor } from './testing/jobs.ts';
import { type RunningWorker, runWorker } from './testing/run-worker.ts';

let cloud: TestCloud;
let images: ImageHost;
let running: RunningWorker | undefined;
const start = (
  ...options: Parameters<typeof runWorker> extends [unknown, unknown, ...infer Rest] ? Rest : never
) => {
  running = runWorker(cloud, images, ...options);
  return running;
};

beforeAll(async () => {
  [cloud, images] = await Promise.all([startTestCloud(), startImageHost()]);
});
afterEach(async () => {
  cloud.recorder.fails = () => false;
  await running?.end();
  running = undefined;
});
afterAll(async () => {
  await Promise.all([images.stop(), cloud.stop()]);
});

it('classifies an image: stores the outcome, sends it, and only then deletes the request', async () => {
  const job = jobFor(`${images.url}/a.jpg`, { clientRef: 'mine', connectionId: 'connection' });
  await send(cloud.config.REQUEST_QUEUE_URL, job);
  start();
  const [response] = await takeResponses(cloud);
  expect(response).toMatchObject({
    requestId: job.requestId,
    connectionId: 'connection',
    tenant: job.tenant,
    outcome: {
      type: 'result',
      clientRef: 'mine',
      labels: [{ label: 'Labrador retriever', index: 209 }, {}, {}, {}, {}],
    },
  });
  expect((await new Results('bucket').find(job.requestId))?.outcome).toEqual(response?.outcome);
  await vi.waitFor(async () =>
    expect(await depthOf(cloud.config.REQUEST_QUEUE_URL)).toEqual({ visible: 0, inFlight: 0 }),
  );
  const order = ['PUT bucket', 'PUT results', 'SendMessageBatch responses', 'DeleteMessageBatch requests'];
  expect(cloud.recorder.calls.filter((call) => order.includes(call))).toEqual(order);
});
