import { setTimeout as sleep } from 'node:timers/promises';
import { expect, it, vi } from 'vitest';
import { Results } from '../shared/results.ts';
import type { DecodedImage, Wanted } from './decode-image.ts';
import { EchoEngine } from './engines/echo.ts';
import { depthOf, receiveInVain, send, tagsOf, takeBodies, takeResponses } from './testing/cloud.ts';
import { useFixture } from './testing/fixture.ts';
import { jobFor } from './testing/jobs.ts';
import { bytesOf } from './view.ts';

const fixture = useFixture();
const results = new Results('bucket');
const EMPTY = { visible: 0, inFlight: 0 };
const until = <T>(check: () => Promise<T> | T) => vi.waitFor(check, { timeout: 10_000, interval: 10 });

/** Queues requests, and waits for as many responses. */
async function answersTo(...jobs: unknown[]) {
  const { cloud } = fixture();
  for (const job of jobs) await send(cloud.config.REQUEST_QUEUE_URL, job);
  return takeResponses(cloud, jobs.length);
}
const untilDeleted = () =>
  until(async () => expect(await depthOf(fixture().cloud.config.REQUEST_QUEUE_URL)).toEqual(EMPTY));

it('stores the outcome, then sends it, and only then deletes the request', async () => {
  const { cloud, images, start } = fixture();
  start();
  const job = jobFor(`${images.url}/a.jpg`, { clientRef: 'mine', connectionId: 'connection' });
  const [response] = await answersTo(job);
  expect(response).toMatchObject({
    requestId: job.requestId,
    connectionId: 'connection',
    tenant: job.tenant,
    outcome: {
      type: 'result',
      clientRef: 'mine',
      imageUrl: job.imageUrl,
      model: { name: 'inception-v3', engine: 'echo' },
      labels: [{ label: 'Labrador retriever', index: 209, confidence: 0.9 }, {}, {}, {}, {}],
    },
  });
  expect(await results.find(job.requestId)).toMatchObject({ digest: job.digest, outcome: response?.outcome });
  await untilDeleted();
  const order = ['PUT results', 'SendMessageBatch responses', 'DeleteMessageBatch requests'];
  expect(cloud.recorder.calls.filter((call) => order.includes(call))).toEqual(order);
});

it('looks a request up that it sees again, and sends what is stored, unworked', async () => {
  const { cloud, images, start } = fixture();
  const job = jobFor(`${images.url}/seen.jpg`, { clientRef: 'again' });
  const { requestId, tenant, digest } = job;
  const error = { code: 'UNSUPPORTED_IMAGE' as const, message: 'As it was.', retryable: false };
  await results.store({ requestId, tenant, digest, outcome: { type: 'error', requestId, error } });
  await send(cloud.config.REQUEST_QUEUE_URL, job);
  await receiveInVain(cloud.config.REQUEST_QUEUE_URL, 1);
  start();
  const [response] = await takeResponses(cloud);
  expect(response?.outcome).toMatchObject({ requestId, clientRef: 'again', error });
  expect(images.requests.map(({ url }) => url)).not.toContain('/seen.jpg');
  await untilDeleted();
});

it('does not run what it receives the fourth time: INTERNAL, and to the dead letters', async () => {
  const { cloud, images, start } = fixture();
  const job = jobFor(`${images.url}/poison.jpg`);
  await send(cloud.config.REQUEST_QUEUE_URL, job);
  await receiveInVain(cloud.config.REQUEST_QUEUE_URL, 3);
  start();
  const [response] = await takeResponses(cloud);
  expect(response?.outcome).toMatchObject({ type: 'error', error: { code: 'INTERNAL', retryable: true } });
  expect((await results.find(job.requestId))?.outcome).toEqual(response?.outcome);
  expect(await takeBodies(cloud.config.DEAD_LETTER_QUEUE_URL, 1)).toEqual([JSON.stringify(job)]);
  expect(images.requests.map(({ url }) => url)).not.toContain('/poison.jpg');
  await untilDeleted();
});

it('runs what it receives the third time', async () => {
  const { cloud, images, start } = fixture();
  await send(cloud.config.REQUEST_QUEUE_URL, jobFor(`${images.url}/third.jpg`));
  await receiveInVain(cloud.config.REQUEST_QUEUE_URL, 2);
  start();
  expect((await takeResponses(cloud))[0]?.outcome.type).toBe('result');
});

it('answers TIMEOUT, unworked, past the deadline', async () => {
  const { images, start } = fixture();
  start();
  const job = jobFor(`${images.url}/late.jpg`, { acceptedAt: Date.now() - 120_001 });
  const [response] = await answersTo(job);
  expect(response?.outcome).toMatchObject({ type: 'error', error: { code: 'TIMEOUT' } });
  expect(images.requests.map(({ url }) => url)).not.toContain('/late.jpg');
  await untilDeleted();
});

it('puts what is no request at all to the dead letters', async () => {
  const { cloud, start } = fixture();
  start();
  await send(cloud.config.REQUEST_QUEUE_URL, 'no request');
  expect(await takeBodies(cloud.config.DEAD_LETTER_QUEUE_URL, 1)).toEqual(['no request']);
  await untilDeleted();
});

it('answers CONFLICT where the id holds the outcome of another request, and leaves that as it is', async () => {
  const { images, start } = fixture();
  start();
  const first = jobFor(`${images.url}/first.jpg`);
  await answersTo(first);
  const before = await results.find(first.requestId);
  const [response] = await answersTo({ ...jobFor(`${images.url}/second.jpg`), requestId: first.requestId });
  expect(response?.outcome).toMatchObject({
    error: { code: 'CONFLICT' },
    imageUrl: `${images.url}/second.jpg`,
  });
  expect(await results.find(first.requestId)).toEqual(before);
});

it.each([
  ['DOWNLOAD_FAILED', '/missing', 404, ''],
  ['UNSUPPORTED_IMAGE', '/text.jpg', 200, 'not an image'],
])('stores and sends %s at once', async (code, path, status, body) => {
  const { images, start } = fixture();
  start();
  const job = jobFor(images.on(path, (_request, response) => response.writeHead(status).end(body)));
  const [response] = await answersTo(job);
  expect(response?.outcome).toMatchObject({
    type: 'error',
    imageUrl: job.imageUrl,
    error: { code, retryable: false },
  });
  expect((await results.find(job.requestId))?.outcome).toEqual(response?.outcome);
});

it('answers UNKNOWN_MODEL for a model that it has not', async () => {
  const { images, start } = fixture();
  start();
  const [response] = await answersTo(jobFor(`${images.url}/a.jpg`, { model: 'inception-v4' }));
  expect(response?.outcome).toMatchObject({ error: { code: 'UNKNOWN_MODEL' } });
});

it('keeps what it holds while S3 fails, classifies it once, and takes nothing new until S3 is back', async () => {
  const { cloud, images, start } = fixture();
  const { recorder, config } = cloud;
  const engine = new EchoEngine({ threads: 1, echoMs: 0 });
  const classify = vi.spyOn(engine, 'classify');
  start({ engine });
  recorder.fails = (call) => call === 'PUT results';
  const puts = () => recorder.calls.filter((call) => call === 'PUT results').length;
  const putsBefore = puts();
  await send(config.REQUEST_QUEUE_URL, jobFor(`${images.url}/held.jpg`));
  // Three tries of the SDK make the first failure of the step.
  await until(() => expect(puts() - putsBefore).toBeGreaterThan(3));
  await send(config.REQUEST_QUEUE_URL, jobFor(`${images.url}/waits.jpg`));
  await until(() => expect(puts() - putsBefore).toBeGreaterThan(9));
  expect(await depthOf(config.REQUEST_QUEUE_URL)).toEqual({ visible: 1, inFlight: 1 });

  recorder.fails = () => false;
  const responses = await takeResponses(cloud, 2);
  expect(responses.map(({ outcome }) => outcome.type)).toEqual(['result', 'result']);
  expect(classify).toHaveBeenCalledTimes(2);
  await untilDeleted();
});

it('tries an engine again that fails for a moment, on the same image', async () => {
  const { images, start } = fixture();
  const engine = new EchoEngine({ threads: 1, echoMs: 0 });
  const failing = vi.spyOn(engine, 'classify').mockRejectedValueOnce(new Error('the thread died'));
  start({ engine });
  const [response] = await answersTo(jobFor(`${images.url}/retried.jpg`));
  expect(response?.outcome.type).toBe('result');
  expect(failing).toHaveBeenCalledTimes(2);
  expect(images.requests.filter(({ url }) => url === '/retried.jpg')).toHaveLength(1);
});

it('keeps what an image was decoded to until its models have seen it, and no longer', async () => {
  const { images, start } = fixture();
  const engine = new EchoEngine({ threads: 1, echoMs: 0 });
  const classify = engine.classify.bind(engine);
  const seen: (number | undefined)[] = [];
  vi.spyOn(engine, 'classify').mockImplementation(async (pixels, count) => {
    await sleep(20); // as a thread that has its turn later
    seen.push(pixels[0]);
    if (seen.length === 1) throw new Error('the thread died');
    return classify(pixels, count);
  });
  const release = vi.fn();
  const decode = async (_file: Buffer, { views }: Wanted): Promise<DecodedImage> => {
    const made = views.map((view) => new Uint8Array(bytesOf(view)).fill(7));
    release.mockImplementation(() => {
      for (const pixels of made) pixels.fill(0);
    });
    return { views: made, width: 1, height: 1, format: 'jpeg', release };
  };
  start({ engine, decode });
  const [response] = await answersTo(jobFor(`${images.url}/kept.jpg`));
  expect(response?.outcome.type).toBe('result');
  expect(seen).toEqual([7, 7]);
  expect(release).toHaveBeenCalledTimes(1);
});

it('gives its engine all cores for a job that is alone in the worker, and one of them among others', async () => {
  const { cloud, images, start } = fixture();
  const engine = new EchoEngine({ threads: 2, echoMs: 0 });
  const classify = vi.spyOn(engine, 'classify');
  start({ engine });
  await answersTo(jobFor(`${images.url}/alone.jpg`));
  expect(classify).toHaveBeenLastCalledWith(expect.anything(), 1, true);

  let release = () => {};
  const held = images.on('/slow', (_request, response) => {
    release = () => response.writeHead(404).end();
  });
  await send(cloud.config.REQUEST_QUEUE_URL, jobFor(held));
  await answersTo(jobFor(`${images.url}/beside.jpg`));
  expect(classify).toHaveBeenLastCalledWith(expect.anything(), 1, false);
  release();
  await takeResponses(cloud, 1);
});

it('holds no more than four jobs with one thread: what waits is for other workers', async () => {
  const { cloud, images, start } = fixture();
  const held: (() => void)[] = [];
  const url = images.on('/held', (_request, response) => held.push(() => response.writeHead(404).end()));
  for (let i = 0; i < 6; i++) await send(cloud.config.REQUEST_QUEUE_URL, jobFor(url));
  start();
  await until(() => expect(held).toHaveLength(4));
  expect(await depthOf(cloud.config.REQUEST_QUEUE_URL)).toEqual({ visible: 2, inFlight: 4 });
  images.on('/held', (_request, response) => response.writeHead(404).end());
  for (const release of held) release();
  await takeResponses(cloud, 6);
});

it('tells the load balancer that it is ready, alive, and how long it takes for a job', async () => {
  const { cloud, images, start } = fixture();
  start({ engine: new EchoEngine({ threads: 2, echoMs: 200 }), times: { seenMs: 50 } });
  const before = Date.now();
  const [response] = await answersTo(jobFor(`${images.url}/timed.jpg`));
  if (response?.outcome.type !== 'result') expect.fail('it is classified');
  const { decodeMs, inferMs } = response.outcome.timings;
  await until(async () => {
    const tags = await tagsOf(cloud.instanceId);
    expect(tags['classifycloud:state']).toBe('ready');
    expect(Date.parse(tags['classifycloud:seen'] ?? '')).toBeGreaterThan(before);
    // Two threads of 200 ms each are a worker of 100 ms.
    expect(Number(tags['classifycloud:service-ms'])).toBeCloseTo((decodeMs + inferMs) / 2, 0);
    // Held until its message was deleted, which waits for others for a quarter of a second.
    expect(Number(tags['classifycloud:held-ms'])).toBeGreaterThan(decodeMs + inferMs + 200);
  });
});
