import { afterEach, expect, test } from 'vitest';
import { z } from 'zod';
import { type Cloud, type ConnectOptions, connect } from '../../client/node.ts';
import { startCuttingProxy } from '../harness/cutting-proxy.ts';
import { BARRIERS, startSocketBarrier } from '../harness/socket-barrier.ts';
import { until } from '../harness/until.ts';
import { useService } from '../harness/use-service.ts';

const on = useService({ ENGINE: 'echo', ECHO_MS: '20' });
const open: Cloud[] = [];
const cloudOf = (options: ConnectOptions = {}) => {
  const cloud = connect(on.service.ws, { httpUrl: on.service.http, ...options });
  open.push(cloud);
  return cloud;
};
afterEach(() => {
  for (const cloud of open.splice(0)) cloud.close();
});
const urls = (name: string, count: number) =>
  Array.from({ length: count }, (_, n) => on.images.url(`/${name}-${n}.jpg`));

test('an image is classified by its URL', async () => {
  const accepted: string[] = [];
  const result = await cloudOf().classify(on.images.url('/one.jpg'), {
    topK: 3,
    onAccepted: ({ requestId }) => accepted.push(requestId),
  });
  expect(result).toMatchObject({ type: 'result', imageUrl: on.images.url('/one.jpg') });
  expect(result.labels).toHaveLength(3);
  expect(accepted).toEqual([result.requestId]);
});

test('of 150 images each is answered once, and one that fails stops no other', async () => {
  const images = [...urls('many', 149), on.images.url('/missing.jpg')];
  const answers = [];
  for await (const answer of cloudOf().classifyAll(images)) answers.push(answer);
  expect(answers.map(({ index }) => index).sort((a, b) => a - b)).toEqual(images.map((_, n) => n));
  const failed = answers.flatMap((answer) => (answer.ok ? [] : [answer]));
  expect(failed).toMatchObject([
    { index: 149, error: { name: 'DownloadFailedError', code: 'DOWNLOAD_FAILED' } },
  ]);
  expect(urls('many', 149).map((_, n) => on.images.hits(`/many-${n}.jpg`))).toEqual(Array(149).fill(1));
});

test('a page that was left finds its results again by their ids', async () => {
  const before = cloudOf();
  const ids: string[] = [];
  const left = urls('left', 20).map((url) =>
    before.classify(url, { onAccepted: ({ requestId }) => ids.push(requestId) }).catch((error) => error),
  );
  await until(() => ids.length === 20, 10_000);
  before.close();
  await Promise.all(left);
  const found = [];
  for await (const answer of cloudOf().resume(ids)) found.push(answer);
  expect(found.map(({ requestId }) => requestId).sort()).toEqual(ids.sort());
  expect(found.every(({ ok }) => ok)).toBe(true);
});

test('without a socket it is done over HTTP', async () => {
  const cloud = connect(on.service.http);
  open.push(cloud);
  const answers = [];
  for await (const answer of cloud.classifyAll(urls('http', 12))) answers.push(answer);
  expect(answers.filter(({ ok }) => ok)).toHaveLength(12);
});

/** One that hangs takes 10 s to be told: with `BARRIERS=hangs npx vitest run test/e2e/client.test.ts -t hangs`. */
const barriers = z
  .array(z.enum(BARRIERS))
  .parse((process.env.BARRIERS || 'forbids,strips,resets').split(','));
test.each(barriers)(
  'where a network %s each handshake, all is answered over HTTP, once',
  async (how) => {
    const barrier = await startSocketBarrier(how);
    const cloud = connect(barrier.url, { httpUrl: on.service.http });
    open.push(cloud);
    const states: string[] = [];
    cloud.onState((state) => states.push(state));
    const one = cloud.classify(on.images.url(`/${how}.jpg`));
    const answers = [];
    for await (const answer of cloud.classifyAll(urls(how, 30))) answers.push(answer);
    await one;
    barrier.stop();
    expect(states).toContain('http');
    expect(states).not.toContain('connected');
    expect(barrier.refused()).toBeGreaterThan(0);
    expect(answers.every(({ ok }) => ok)).toBe(true);
    expect(answers.map(({ index }) => index).sort((a, b) => a - b)).toEqual(urls(how, 30).map((_, n) => n));
    const hits = urls(how, 30).map((_, n) => on.images.hits(`/${how}-${n}.jpg`));
    expect([on.images.hits(`/${how}.jpg`), ...hits]).toEqual(Array(31).fill(1));
  },
  60_000,
);

test('where sockets are blocked in the midst, what was sent over one is answered over HTTP, and the next over a socket again', async () => {
  const proxy = await startCuttingProxy(on.service.ws, 0);
  const cloud = connect(proxy.url, { httpUrl: on.service.http });
  open.push(cloud);
  const states: string[] = [];
  // Told, not asked for at each answer: the last of them may come before.
  cloud.onState((state) => {
    states.push(state);
    if (state === 'http') proxy.block(false);
  });
  const isConnected = () => cloud.state === 'connected';
  const told = () => `a socket, after ${states}`;
  await until(isConnected, 20_000, told); // in `http` already, it would not tell that it is when it is blocked
  const answers = [];
  const images = [...urls('slow-midst', 10), ...urls('midst', 90)];
  // Half of the time to a request's deadline: none of them is to be found only then.
  for await (const answer of cloud.classifyAll(images, { concurrency: 20, budgetMs: 60_000 })) {
    answers.push(answer);
    if (answers.length === 5) proxy.block(true);
  }
  const failed = answers.filter(({ ok }) => !ok);
  expect(failed, `after ${states}`).toEqual([]);
  expect(answers.map(({ index }) => index).sort((a, b) => a - b)).toEqual(images.map((_, n) => n));
  await until(isConnected, 40_000, told);
  await cloud.classify(on.images.url('/midst-after.jpg'), { budgetMs: 20_000 });
  await proxy.stop();
});
