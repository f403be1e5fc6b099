import { createServer, type Server } from 'node:http';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { depthOf, send, tagsOf, takeResponses } from './testing/cloud.ts';
import { useFixture } from './testing/fixture.ts';
import { jobFor } from './testing/jobs.ts';
import { listen, stop } from './testing/listen.ts';

const fixture = useFixture();
const EMPTY = { visible: 0, inFlight: 0 };
const until = <T>(check: () => Promise<T> | T) => vi.waitFor(check, { timeout: 10_000, interval: 10 });

const tell = (message: object = {}) =>
  send(fixture().cloud.config.TERMINATE_QUEUE_URL, { v: 1, id: 't-1', ...message });
const terminations = () => depthOf(fixture().cloud.config.TERMINATE_QUEUE_URL);
const requests = () => depthOf(fixture().cloud.config.REQUEST_QUEUE_URL);
const polls = () =>
  fixture().cloud.recorder.calls.filter((call) => call === 'ReceiveMessage terminate').length;

/** Queues a job, and waits until the worker downloads its image; it goes on when `release` is called. */
async function holdJob(path: string): Promise<{ release(): void }> {
  const { cloud, images } = fixture();
  const jpeg = await fetch(images.url).then((response) => response.arrayBuffer());
  const asked = new Promise<() => void>((resolve) => {
    images.on(path, (_request, response) => resolve(() => response.end(Buffer.from(jpeg))));
  });
  await send(cloud.config.REQUEST_QUEUE_URL, jobFor(images.url + path));
  return { release: await asked };
}

it('an idle worker goes on a terminate message: tags itself, deletes the message, leaves', async () => {
  const { cloud, start } = fixture();
  const { done } = start();
  await tell({ id: 't-idle' });
  expect(await done).toBe('graceful');
  expect(await terminations()).toEqual(EMPTY);
  expect(await tagsOf(cloud.instanceId)).toMatchObject({
    'classifycloud:state': 'draining',
    'classifycloud:terminate-id': 't-idle',
  });
});

it('a busy worker is not taken by waiting at the queue; once it is idle, it is', async () => {
  const { cloud, start } = fixture();
  const { done } = start({
    times: { idleAfterMs: 0, terminateFreshMs: 60_000 },
    config: { TERMINATE_CHECK_EVERY: 1e6 },
  });
  await until(() => expect(polls()).toBeGreaterThan(0)); // it waits there when the job comes
  const { release } = await holdJob('/busy');
  await tell();
  const before = polls();
  expect(await terminations()).toEqual({ visible: 1, inFlight: 0 });
  release();
  await takeResponses(cloud);
  expect(await done).toBe('graceful');
  expect(polls()).toBeGreaterThan(before);
});

it('a busy worker looks after every so many jobs, finishes what it holds, and takes nothing more', async () => {
  const { cloud, images, start } = fixture();
  const { done } = start({ times: { idleAfterMs: 60_000 }, config: { TERMINATE_CHECK_EVERY: 2 } });
  const held = await holdJob('/kept');
  await tell();
  await send(cloud.config.REQUEST_QUEUE_URL, jobFor(`${images.url}/one.jpg`));
  await takeResponses(cloud);
  expect(await terminations()).toEqual({ visible: 1, inFlight: 0 });
  await send(cloud.config.REQUEST_QUEUE_URL, jobFor(`${images.url}/two.jpg`));
  await takeResponses(cloud);
  await until(async () =>
    expect(await tagsOf(cloud.instanceId)).toMatchObject({ 'classifycloud:state': 'draining' }),
  );

  await send(cloud.config.REQUEST_QUEUE_URL, jobFor(`${images.url}/not-mine.jpg`));
  held.release();
  expect((await takeResponses(cloud))[0]?.outcome.imageUrl).toBe(`${images.url}/kept`);
  expect(await done).toBe('graceful');
  expect(await requests()).toEqual({ visible: 1, inFlight: 0 });
  expect(await terminations()).toEqual(EMPTY);
  start();
  await takeResponses(cloud); // the next worker has it
});

it('drops a terminate message that is too old, and stays', async () => {
  const { cloud, images, start } = fixture();
  start({ times: { idleAfterMs: 0, terminateFreshMs: -1 } });
  await tell();
  await until(async () => expect(await terminations()).toEqual(EMPTY));
  await send(cloud.config.REQUEST_QUEUE_URL, jobFor(`${images.url}/still-here.jpg`));
  await takeResponses(cloud);
});

it('hands a message back that means older workers, and one of these goes', async () => {
  const { start } = fixture();
  const times = { idleAfterMs: 0, terminateFreshMs: 60_000 };
  const newer = start({ times, config: { LAUNCH_TEMPLATE_VERSION: 7 } });
  await tell({ launchTemplateVersion: 7 });
  const { calls } = fixture().cloud.recorder;
  await until(() => expect(calls).toContain('ChangeMessageVisibility terminate'));
  const older = start({ times, config: { LAUNCH_TEMPLATE_VERSION: 6 } });
  const left = await Promise.race([newer.done.then(() => 'newer'), older.done.then(() => 'older')]);
  expect(left).toBe('older');
});

it('on a signal it finishes what it holds, and takes nothing more', async () => {
  const { cloud, images, start } = fixture();
  const { worker, done } = start();
  const { release } = await holdJob('/signalled');
  worker.onSignal('SIGTERM');
  await send(cloud.config.REQUEST_QUEUE_URL, jobFor(`${images.url}/too-late.jpg`));
  release();
  expect(await done).toBe('graceful');
  expect((await takeResponses(cloud))[0]?.outcome.imageUrl).toBe(`${images.url}/signalled`);
  expect(await requests()).toEqual({ visible: 1, inFlight: 0 });
  start();
  await takeResponses(cloud);
});

it.each([
  ['when its time is over', { DRAIN_SECONDS: 0.05 }, 1],
  ['on a second signal', { DRAIN_SECONDS: 3600 }, 2],
])('hands back what it holds %s, storing and sending nothing', async (_name, config, signals) => {
  const { cloud, images, start } = fixture();
  const { worker, done } = start({ config });
  await holdJob('/abandoned');
  for (let i = 0; i < signals; i++) worker.onSignal('SIGINT');
  expect(await done).toBe('forceful');
  expect(await requests()).toEqual({ visible: 1, inFlight: 0 });
  expect(await depthOf(cloud.config.RESPONSE_QUEUE_URL)).toMatchObject({ visible: 0 });
  images.on('/abandoned', (_request, response) => response.writeHead(404).end());
  start();
  await takeResponses(cloud);
});

describe('a Spot machine that is taken back', () => {
  /** A metadata service with a notice, `seconds` before the end. */
  async function noticeIn(seconds: number): Promise<string> {
    const time = new Date(Date.now() + seconds * 1000).toISOString();
    const service = createServer((request, response) => {
      if (request.method === 'PUT') response.end('token');
      else if (request.url === '/latest/meta-data/spot/instance-action' && now) {
        response.end(JSON.stringify({ action: 'terminate', time }));
      } else response.writeHead(404).end();
    });
    let now = false;
    services.push(service);
    give = () => {
      now = true;
    };
    return `http://${await listen(service)}`;
  }
  const services: Server[] = [];
  let give = () => {};
  afterEach(() => {
    for (const service of services.splice(0)) stop(service);
  });
  const spot = async (seconds: number) => ({
    config: { WORKER_MARKET: 'spot' as const, AWS_EC2_METADATA_SERVICE_ENDPOINT: await noticeIn(seconds) },
    times: { spotLookMs: 10, spotMarginMs: 5_000 },
  });

  it('lets its worker finish what it holds, and take nothing more', async () => {
    const { cloud, images, start } = fixture();
    const { done } = start(await spot(120));
    const { release } = await holdJob('/spot');
    give();
    await until(async () =>
      expect(await tagsOf(cloud.instanceId)).toMatchObject({ 'classifycloud:state': 'draining' }),
    );
    await send(cloud.config.REQUEST_QUEUE_URL, jobFor(`${images.url}/too-late-for-spot.jpg`));
    release();
    expect(await done).toBe('graceful');
    expect((await takeResponses(cloud))[0]?.outcome.imageUrl).toBe(`${images.url}/spot`);
    expect(await requests()).toEqual({ visible: 1, inFlight: 0 });
    start();
    await takeResponses(cloud);
  });

  it('hands back what its worker cannot finish in time', async () => {
    const { cloud, images, start } = fixture();
    const { done } = start(await spot(5.05));
    await holdJob('/spot-abandoned');
    give();
    expect(await done).toBe('forceful');
    expect(await requests()).toEqual({ visible: 1, inFlight: 0 });
    images.on('/spot-abandoned', (_request, response) => response.writeHead(404).end());
    start();
    await takeResponses(cloud);
  });
});

it('at the end of its life it finishes what it holds, and takes nothing more', async () => {
  const { cloud, images, start } = fixture();
  const { done } = start({ config: { MAX_LIFETIME_SECONDS: 0.5 } });
  const { release } = await holdJob('/old');
  await until(async () =>
    expect(await tagsOf(cloud.instanceId)).toMatchObject({ 'classifycloud:state': 'draining' }),
  );
  release();
  expect(await done).toBe('graceful');
  expect((await takeResponses(cloud))[0]?.outcome.imageUrl).toBe(`${images.url}/old`);
});

describe('told to park, a worker', () => {
  const parked = () =>
    until(async () =>
      expect(await tagsOf(fixture().cloud.instanceId)).toMatchObject({ 'classifycloud:state': 'parking' }),
    );

  it('finishes what it holds, then waits for its machine to be stopped, and works no more', async () => {
    const { cloud, images, start } = fixture();
    const { worker, done } = start({ config: { TERMINATE_CHECK_EVERY: 1 } });
    const { release } = await holdJob('/parked');
    await tell({ park: true });
    await send(cloud.config.REQUEST_QUEUE_URL, jobFor(`${images.url}/beside.jpg`));
    await takeResponses(cloud);
    await until(async () =>
      expect(await tagsOf(cloud.instanceId)).toMatchObject({ 'classifycloud:state': 'draining' }),
    );
    release();
    expect((await takeResponses(cloud))[0]?.outcome.imageUrl).toBe(`${images.url}/parked`);
    await parked();
    expect(await terminations()).toEqual(EMPTY);
    await send(cloud.config.REQUEST_QUEUE_URL, jobFor(`${images.url}/not-for-the-parked.jpg`));
    worker.onSignal('SIGTERM');
    expect(await done).toBe('graceful');
    expect(await requests()).toEqual({ visible: 1, inFlight: 0 });
    start();
    await takeResponses(cloud);
  });

  it('leaves by itself where nobody stops its machine', async () => {
    const { cloud, start } = fixture();
    const { done } = start({ times: { parkingMs: 100 } });
    await tell({ park: true });
    await parked();
    expect(await done).toBe('graceful');
    expect(await tagsOf(cloud.instanceId)).toMatchObject({ 'classifycloud:state': 'draining' });
  });
});
