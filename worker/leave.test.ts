import { expect, it, vi } from 'vitest';
import { depthOf, send, tagsOf, takeResponses } from './testing/cloud.ts';
import { useFixture } from './testing/fixture.ts';
import { jobFor } from './testing/jobs.ts';

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
