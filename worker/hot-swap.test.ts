import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PutObjectCommand } from '@aws-sdk/client-s3';
import sharp from 'sharp';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { s3 } from '../shared/aws.ts';
import { SERVED_CATALOGUE_KEY } from '../shared/models.ts';
import type { ResultMessage } from '../shared/protocol.ts';
import { prepareModel } from './engines/create-engine.ts';
import { servedModel } from './engines/model-source.ts';
import { LoadedModels } from './loaded-models.ts';
import { addModel } from './models/add-model.ts';
import type { ModelManifest } from './models/manifest.ts';
import { type ModelRepository, openRepository } from './models/repository.ts';
import { catalogueOf } from './models/served.ts';
import { colourModel } from './models/testing/colour-model.ts';
import { depthOf, send, takeResponses } from './testing/cloud.ts';
import { useFixture } from './testing/fixture.ts';
import { jobFor } from './testing/jobs.ts';

const JOBS = 1_000;
/** Each with labels and a sureness of its own, so that an answer tells which one made it. */
const VERSIONS = [
  { version: '1', labels: ['red', 'green', 'blue'], steepness: 1 },
  { version: '2', labels: ['rot', 'grün', 'blau'], steepness: 2 },
  { version: '3', labels: ['rouge', 'vert', 'bleu'], steepness: 3 },
];

const fixture = useFixture();
let home: string;
let repository: ModelRepository;
let models: LoadedModels;
let manifests: ModelManifest[];

/** Serves the versions up to one, which becomes the current one. */
const serveUpTo = (index: number) =>
  s3().send(
    new PutObjectCommand({
      Bucket: 'bucket',
      Key: SERVED_CATALOGUE_KEY,
      Body: JSON.stringify(catalogueOf(manifests.slice(0, index + 1), 'colours')),
    }),
  );

beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), 'classifycloud-home-'));
  manifests = [];
  for (const { version, labels, steepness } of VERSIONS) {
    const { model, files } = colourModel({ version }, labels, steepness);
    manifests.push((await addModel(home, model, files)).manifest);
  }
  await serveUpTo(0);
  repository = await openRepository({ bucket: 'bucket', home, refreshMs: 50 });
  const settings = { engine: 'onnx', threads: 1, loneThreads: 1, echoMs: 0 } as const;
  const prepare = (id: { name: string; version: string }) =>
    prepareModel(servedModel(repository, id), settings);
  models = new LoadedModels({ repository, prepare, limitMb: 100 });
});
afterAll(async () => {
  repository.close();
  await models.close();
  await rm(home, { recursive: true });
});

it(`of ${JOBS} jobs none is lost and none fails while the version changes twice, and each answer is its version's`, {
  timeout: 240_000,
}, async () => {
  const { cloud, images, start } = fixture();
  const green = { r: 0, g: 255, b: 0 };
  const png = await sharp({ create: { width: 8, height: 8, channels: 3, background: green } })
    .png()
    .toBuffer();
  const url = images.on('/green.png', (_request, response) => response.end(png));
  start({ models, config: { CACHE_MB: 0 } });

  const results = new Map<string, ResultMessage>();
  const ids = new Set<string>();
  const take = async (count: number) => {
    for (const { requestId, outcome } of await takeResponses(cloud, count))
      results.set(requestId, outcome.type === 'result' ? outcome : expect.fail(JSON.stringify(outcome)));
  };
  const inHand = () => ids.size - results.size;
  let served = 0;
  // However long a version takes to be taken up, each has its share of the jobs.
  const hasShare = () => {
    const own = [...results.values()].filter(({ model }) => model.version === VERSIONS[served]?.version);
    return own.length > JOBS / 10;
  };
  const goesOn = () => ids.size < JOBS || served < VERSIONS.length - 1 || !hasShare();
  while (goesOn() || inHand() > 0) {
    // A queue that never runs empty, so that the worker is in the midst of it whenever a version changes.
    while (goesOn() && inHand() < 50) {
      const job = jobFor(url, { model: 'colours' });
      ids.add(job.requestId);
      await send(cloud.config.REQUEST_QUEUE_URL, job);
    }
    await take(Math.min(10, inHand()));
    const isDue = results.size >= (JOBS / 3) * (served + 1) && served < VERSIONS.length - 1;
    if (isDue && hasShare()) await serveUpTo(++served);
  }

  expect([...results.keys()].sort()).toEqual([...ids].sort());
  const counts = VERSIONS.map(() => 0);
  for (const { model, labels } of results.values()) {
    const at = VERSIONS.findIndex(({ version }) => version === model.version);
    const { labels: own = [], steepness = 0 } = VERSIONS[at] ?? {};
    counts[at] = (counts[at] ?? 0) + 1;
    expect(model).toMatchObject({ name: 'colours', engine: 'onnx', precision: 'fp32' });
    // The softmax of a logit that is the steepness beside two that are 0.
    const sure = Math.exp(steepness) / (Math.exp(steepness) + 2);
    expect(labels[0]).toMatchObject({ label: own[1], index: 1, confidence: expect.closeTo(sure, 4) });
  }
  for (const count of counts) expect(count).toBeGreaterThan(JOBS / 10);
  await vi.waitFor(
    async () => expect(await depthOf(cloud.config.REQUEST_QUEUE_URL)).toEqual({ visible: 0, inFlight: 0 }),
    { timeout: 10_000 },
  );
  expect((await depthOf(cloud.config.DEAD_LETTER_QUEUE_URL)).visible).toBe(0);
});
