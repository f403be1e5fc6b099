import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { z } from 'zod';
import { acceptedMessage, modelsAnswer, resultMessage } from '../../shared/protocol.ts';
import { asyncApi } from '../../shared/specifications/asyncapi.ts';
import { openApi } from '../../shared/specifications/openapi.ts';
import { PAGE_POLICY } from '../../shared/specifications/page.ts';
import { keysOf } from '../harness/bucket.ts';
import { Client } from '../harness/client.ts';
import { until } from '../harness/until.ts';
import { useService } from '../harness/use-service.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));

const on = useService({});
let client: Client;
beforeAll(async () => {
  client = await Client.connect(on.service.ws);
});
afterAll(() => client.close());
const sample = () => `${on.service.http}/samples/labrador.jpg`;

test('the sample photo is a Labrador retriever, pushed over the WebSocket', async () => {
  client.send({ action: 'classify', imageUrl: sample(), clientRef: 'dog', topK: 3 });
  const [accepted] = await client.wait('accepted');
  const [result] = await client.wait('result');
  expect(accepted).toMatchObject({ clientRef: 'dog', imageUrl: sample(), requestId: result?.requestId });
  expect(result).toMatchObject({
    clientRef: 'dog',
    imageUrl: sample(),
    model: { name: 'inception-v3', engine: 'onnx', precision: 'int8' },
  });
  expect(result?.labels).toHaveLength(3);
  expect(result?.labels[0]?.label).toBe('Labrador retriever');
  expect(result?.labels[0]?.confidence).toBeGreaterThan(0.5);
  expect(await keysOf(on.service, `results/${result?.requestId}`)).toHaveLength(1);
});

test('the same photo again is answered from memory, with as many labels as are asked for now', async () => {
  const ask = async (clientRef: string, topK: number) => {
    client.send({ action: 'classify', imageUrl: sample(), clientRef, topK });
    const find = () => client.all('result').find((result) => result.clientRef === clientRef);
    await until(() => find() !== undefined, 20_000);
    return find();
  };
  const once = await ask('once', 3);
  const again = await ask('again', 8);
  expect(again).toMatchObject({ model: once?.model, cached: true, timings: { decodeMs: 0, inferMs: 0 } });
  expect(again?.labels).toHaveLength(8);
  expect(again?.labels.slice(0, 3)).toEqual(once?.labels);
});

test('a GET that is followed gives the same', async () => {
  const answer = await fetch(`${on.service.http}/classify?imageUrl=${encodeURIComponent(sample())}`);
  expect(answer.status).toBe(200);
  expect(answer.redirected).toBe(true);
  expect(await answer.json()).toMatchObject({
    type: 'result',
    labels: [{ label: 'Labrador retriever' }, {}, {}, {}, {}],
  });
});

test('a POST is accepted with the place of its result, which is 202 and then 200', async () => {
  const posted = await fetch(`${on.service.http}/requests`, {
    method: 'POST',
    body: JSON.stringify({ imageUrl: sample() }),
  });
  expect(posted.status).toBe(202);
  const accepted = acceptedMessage.parse(await posted.json());
  expect(accepted).toMatchObject({ type: 'accepted', imageUrl: sample() });
  const place = new URL(posted.headers.get('location') ?? '', posted.url);
  expect(place.pathname).toBe(`/requests/${accepted.requestId}`);
  await until(async () => (await fetch(place)).status === 200, 10_000);
  expect(await (await fetch(place)).json()).toMatchObject({
    labels: [{ label: 'Labrador retriever' }, {}, {}, {}, {}],
  });
});

test('minConfidence and topK choose the labels', async () => {
  const answer = await fetch(`${on.service.http}/classify?imageUrl=${sample()}&topK=1000&minConfidence=0.5`);
  const { labels } = resultMessage.parse(await answer.json());
  expect(labels).toMatchObject([{ label: 'Labrador retriever' }]);
});

test('npm run classify prints the label', async () => {
  const run = await promisify(execFile)(
    'npm',
    ['run', '--silent', 'classify', '--', '--ws', on.service.ws, sample()],
    { cwd: root },
  );
  expect(run.stdout).toMatch(/Labrador retriever +\d+\.\d %/);
});

test('npm run classify fails for an image that fails, and says why', async () => {
  const args = ['run', '--silent', 'classify', '--', '--ws', on.service.ws, on.images.url('/missing.jpg')];
  const run = await promisify(execFile)('npm', args, { cwd: root }).catch((error) => error);
  expect(run.code).toBe(1);
  expect(run.stdout).toContain('DOWNLOAD_FAILED');
});

test('40 requests at once over one socket give 40 results, each stored once', async () => {
  const before = new Set(await keysOf(on.service, 'results/'));
  const burst = await Client.connect(on.service.ws);
  for (let n = 0; n < 40; n++) burst.send({ action: 'classify', imageUrl: on.images.url(`/burst-${n}.jpg`) });
  const requestIds = (await burst.wait('accepted', 40)).map(({ requestId }) => requestId);
  await burst.waitResults(requestIds);
  expect(new Set(requestIds).size).toBe(40);
  expect(new Set(burst.all('result').map(({ imageUrl }) => imageUrl)).size).toBe(40);
  expect(burst.all('error')).toEqual([]);
  const stored = (await keysOf(on.service, 'results/')).filter((key) => !before.has(key));
  expect(stored).toHaveLength(40);
  for (let n = 0; n < 40; n++) expect(on.images.hits(`/burst-${n}.jpg`)).toBe(1);
  burst.close();
});

test('a batch is answered one by one, all with its clientRef', async () => {
  const batch = await Client.connect(on.service.ws);
  const imageUrls = Array.from({ length: 20 }, (_, n) => on.images.url(`/batch-${n}.jpg`));
  batch.send({ action: 'classify', imageUrls, clientRef: 'twenty' });
  const accepted = await batch.wait('accepted', 20);
  expect(accepted.map(({ imageUrl }) => imageUrl).sort()).toEqual([...imageUrls].sort());
  await batch.waitResults(accepted.map(({ requestId }) => requestId));
  const results = batch.all('result');
  expect(new Set(results.map(({ imageUrl }) => imageUrl))).toEqual(new Set(imageUrls));
  expect([...accepted, ...results].every(({ clientRef }) => clientRef === 'twenty')).toBe(true);
  batch.close();
});

test('accepted tells the position and the time to expect, once the load balancer knows them', async () => {
  await until(async () => {
    const answer = await client.ask({ action: 'classify', imageUrl: on.images.url('/eta.jpg') });
    return answer.type === 'accepted' && answer.position !== null && answer.etaMs !== null;
  }, 20_000);
});

test('GET /models lists what a request may name, and which is the default', async () => {
  const answer = modelsAnswer.parse(await (await fetch(`${on.service.http}/models`)).json());
  expect(answer.default).toBe('inception-v3');
  const { current, versions } = answer.models.find(({ name }) => name === 'inception-v3') ?? {};
  expect(versions).toEqual([
    { version: current, task: 'classification', classes: 1001, precisions: ['int8', 'fp32'], licence: 'MIT' },
  ]);
});

test('GET /health tells queue, fleet and rate', async () => {
  const health = async () => (await fetch(`${on.service.http}/health`)).json();
  await until(async () => z.object({ serviceMs: z.number() }).safeParse(await health()).success, 20_000);
  expect(await health()).toMatchObject({
    status: 'ok',
    queue: { visible: expect.any(Number), inFlight: expect.any(Number) },
    workers: { booting: expect.any(Number), ready: expect.any(Number), draining: expect.any(Number) },
    serviceMs: expect.any(Number),
    imagesPerSecond: expect.any(Number),
  });
});

test('both interfaces are documented at the stage itself, as they are there', async () => {
  const get = async (path: string) => fetch(`${on.service.http}/${path}`);
  expect(await (await get('openapi.json')).json()).toEqual(JSON.parse(JSON.stringify(openApi('open'))));
  const socket = asyncApi({ endpoint: on.service.ws.replace('ws', 'http'), auth: 'open' });
  expect(await (await get('asyncapi.json')).json()).toEqual(JSON.parse(JSON.stringify(socket)));
  const page = await get('docs');
  expect(page.headers.get('content-security-policy')).toBe(PAGE_POLICY);
  expect(await page.text()).toContain(`<code>${on.service.ws}/</code>`);
});

test('a ping is answered with the time', async () => {
  const before = Date.now();
  const pong = await client.ask({ action: 'ping' });
  expect(pong.type === 'pong' && pong.serverTime >= before && pong.serverTime <= Date.now()).toBe(true);
});
