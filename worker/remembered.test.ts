import { readFile } from 'node:fs/promises';
import { PutObjectCommand } from '@aws-sdk/client-s3';
import sharp from 'sharp';
import { expect, it, vi } from 'vitest';
import { s3 } from '../shared/aws.ts';
import type { JobMessage } from '../shared/jobs.ts';
import type { ResultMessage } from '../shared/protocol.ts';
import { newUpload, uploadKey } from '../shared/uploads.ts';
import { createEngine } from './engines/create-engine.ts';
import { EchoEngine } from './engines/echo.ts';
import { inceptionFrom } from './engines/model-source.ts';
import { ensureModel } from './models/ensure-model.ts';
import { testHome } from './models/home-for-tests.ts';
import { send, takeResponses } from './testing/cloud.ts';
import { useFixture } from './testing/fixture.ts';
import { anyJpeg } from './testing/image-host.ts';
import { jobFor } from './testing/jobs.ts';

const fixture = useFixture();

async function resultsOf(...jobs: JobMessage[]): Promise<ResultMessage[]> {
  const { cloud } = fixture();
  for (const job of jobs) await send(cloud.config.REQUEST_QUEUE_URL, job);
  const responses = await takeResponses(cloud, jobs.length);
  return jobs.map(({ requestId }) => {
    const outcome = responses.find((response) => response.requestId === requestId)?.outcome;
    return outcome?.type === 'result' ? outcome : expect.fail(`it ended as ${JSON.stringify(outcome)}`);
  });
}
const resultOf = async (imageUrl: string, fields: Partial<JobMessage> = {}): Promise<ResultMessage> => {
  const [result] = await resultsOf(jobFor(imageUrl, fields));
  return result ?? expect.fail('no result');
};

/** A worker that remembers, whose engine is told apart from no other by it, and its inferences. */
function startCounting(config: { ENGINE?: 'echo' | 'onnx'; CACHE_MB?: number } = {}) {
  const engine = new EchoEngine({ threads: 1, echoMs: 0 });
  const inferences = vi.spyOn(engine, 'classify');
  fixture().start({ engine, config: { ENGINE: 'onnx', ...config } });
  return inferences;
}
const fresh = (color: string) =>
  sharp({ create: { width: 40, height: 30, channels: 3, background: color } })
    .png()
    .toBuffer();

it('answers the same file without its net, wherever it lies and whatever is asked of its labels', async () => {
  const { images, start } = fixture();
  const sample = await readFile((await ensureModel({ home: testHome })).sample);
  const settings = { engine: 'onnx', threads: 1, loneThreads: 1, echoMs: 0 } as const;
  const engine = await createEngine(inceptionFrom(testHome), settings);
  start({ engine, config: { ENGINE: 'onnx' } });
  const at = (path: string, file = sample) => images.on(path, (_request, response) => response.end(file));

  const first = await resultOf(at('/dog.jpg'));
  expect(first.labels[0]?.label).toBe('Labrador retriever');
  expect(first).not.toHaveProperty('cached');
  const second = await resultOf(at('/copy-of-dog.jpg'), { topK: 8 });
  expect(second).toMatchObject({ model: first.model, cached: true, timings: { decodeMs: 0, inferMs: 0 } });
  expect(second.labels).toHaveLength(8);
  expect(second.labels.slice(0, 5)).toEqual(first.labels);
  const other = Buffer.concat([sample, Buffer.from([0])]);
  expect(await resultOf(at('/nearly-dog.jpg', other))).not.toHaveProperty('cached');
  await engine.dispose();
});

it('fetches a URL that it knows again, and sees it when the image there has changed', async () => {
  const { images } = fixture();
  const inferences = startCounting();
  let file = await fresh('red');
  let tag = '"red"';
  const statuses: number[] = [];
  const url = images.on('/colour.png', (request, response) => {
    const status = request.headers['if-none-match'] === tag ? 304 : 200;
    statuses.push(status);
    response.writeHead(status, { etag: tag }).end(status === 200 ? file : undefined);
  });
  expect(await resultOf(url)).not.toHaveProperty('cached');
  expect(await resultOf(url)).toMatchObject({ cached: true });
  [file, tag] = [await fresh('blue'), '"blue"'];
  expect(await resultOf(url)).not.toHaveProperty('cached');
  expect(await resultOf(url)).toMatchObject({ cached: true });
  expect(statuses).toEqual([200, 304, 200, 304]);
  expect(inferences).toHaveBeenCalledTimes(2);
});

it('does not take a host’s word for an image that another model is to see', async () => {
  const { images } = fixture();
  const url = images.on('/tagged.jpg', async (_request, response) =>
    response.writeHead(200, { etag: '"1"' }).end(await anyJpeg()),
  );
  const engine = new EchoEngine({ threads: 1, echoMs: 0 });
  const { start } = fixture();
  start({ engine, config: { ENGINE: 'onnx' } });
  const tagOf = () => images.requests.at(-1)?.headers['if-none-match'];
  await resultOf(url);
  expect(await resultOf(url)).toMatchObject({ cached: true });
  expect(tagOf()).toBe('"1"');
  // As after a change of its version.
  Object.defineProperty(engine, 'precision', { value: 'fp32' });
  expect(await resultOf(url)).not.toHaveProperty('cached');
  expect(tagOf()).toBeUndefined();
});

it('infers once where several ask for the same file at once', async () => {
  const { images } = fixture();
  const inferences = startCounting();
  const file = await fresh('green');
  const urls = [1, 2, 3].map((n) => images.on(`/same-${n}.png`, (_request, response) => response.end(file)));
  const results = await resultsOf(...urls.map((url) => jobFor(url)));
  expect(results.filter(({ cached }) => cached)).toHaveLength(2);
  expect(inferences).toHaveBeenCalledTimes(1);
});

it('tells no tenant what another has asked for', async () => {
  const { images } = fixture();
  const inferences = startCounting();
  const url = `${images.url}/secret.jpg`;
  await resultOf(url, { tenant: 'ann' });
  const bobs = await resultOf(url, { tenant: 'bob' });
  expect(bobs).not.toHaveProperty('cached');
  expect(bobs.timings.decodeMs).toBeGreaterThan(0);
  expect(inferences).toHaveBeenCalledTimes(2);
});

it('knows an upload again', async () => {
  startCounting();
  const imageUrl = newUpload();
  const Key = uploadKey('tenant', imageUrl);
  await s3().send(new PutObjectCommand({ Bucket: 'bucket', Key, Body: await fresh('tan') }));
  expect(await resultOf(imageUrl)).not.toHaveProperty('cached');
  expect(await resultOf(imageUrl)).toMatchObject({ cached: true });
});

it('remembers no image that failed', async () => {
  const { cloud, images } = fixture();
  startCounting();
  const url = images.on('/text.jpg', (_request, response) =>
    response.writeHead(200, { etag: '"text"' }).end('not an image'),
  );
  for (let i = 0; i < 2; i++) {
    await send(cloud.config.REQUEST_QUEUE_URL, jobFor(url));
    expect((await takeResponses(cloud))[0]?.outcome).toMatchObject({ error: { code: 'UNSUPPORTED_IMAGE' } });
    expect(images.requests.at(-1)?.headers['if-none-match']).toBeUndefined();
  }
});

it.each([{ ENGINE: 'echo' as const }, { CACHE_MB: 0 }])('remembers nothing with %j', async (config) => {
  const { images } = fixture();
  const inferences = startCounting(config);
  for (let i = 0; i < 2; i++) expect(await resultOf(`${images.url}/again.jpg`)).not.toHaveProperty('cached');
  expect(inferences).toHaveBeenCalledTimes(2);
});
