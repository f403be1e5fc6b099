import { afterEach, expect, test } from 'vitest';
import { type Cloud, type ConnectOptions, connect } from '../../client/node.ts';
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
