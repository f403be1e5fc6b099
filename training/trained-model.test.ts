import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { decodeImage } from '../worker/decode-image.ts';
import { InferenceSession, Tensor } from '../worker/engines/onnxruntime.ts';
import type { Tf } from '../worker/engines/tfjs-backend.ts';
import { viewOf } from '../worker/view.ts';
import { loadBackend } from './backend/load-backend.ts';
import type { Dataset } from './datasets/dataset.ts';
import { lessonOf } from './lesson.ts';
import { logitsOf } from './net.ts';
import { type Run, run } from './run.ts';
import { DEFAULTS } from './settings.ts';
import { blobs } from './testing/blobs.ts';
import { addTrainedModel } from './trained-model.ts';

/** How far a probability may be from that of TensorFlow.js: float additions are done in another order. */
const TOLERANCE = 1e-5;

let tf: Tf;
let home: string;
beforeAll(async () => {
  ({ tf } = await loadBackend('wasm'));
  home = await mkdtemp(join(tmpdir(), 'classifycloud-trained-'));
});
afterAll(() => rm(home, { recursive: true }));

const grey = blobs(20);
/** The same in colour: each grey value as three that differ. */
const colours: Dataset = {
  ...grey,
  shape: { ...grey.shape, channels: 3 },
  training: { ...grey.training, pixels: tripled(grey.training.pixels) },
  test: { ...grey.test, pixels: tripled(grey.test.pixels) },
};

it.each([
  ['dense', grey],
  ['cnn', grey],
  ['cnn', colours],
] as const)(
  'a %s that was added gives, to the bytes of an image, what it gave when it was trained',
  async (architecture, dataset) => {
    const { trained, lesson } = await train(architecture, dataset);
    const { folder, manifest } = await addTrainedModel(
      home,
      'blobs',
      dataset,
      await lesson.graph(trained.net),
    );
    expect(manifest).toMatchObject({
      name: 'blobs',
      input: { height: 12, width: 12 },
      classes: 3,
      licence: 'MIT',
    });
    expect(await readFile(join(folder, 'labels.txt'), 'utf8')).toBe('top\nmiddle\nbottom\n');

    const { pixels, labels } = dataset.test;
    const bytes = dataset.shape.channels === 1 ? tripledSame(pixels) : pixels;
    const session = await InferenceSession.create(join(folder, 'fp32.onnx'));
    const { probabilities } = await session.run({
      input: new Tensor('uint8', bytes, [labels.length, 12, 12, 3]),
    });
    const served = Array.from(probabilities?.data ?? [], Number);
    const expected = tf.tidy(() => {
      const values = lesson.test.values(Uint32Array.from(labels.keys()));
      const input = tf.tensor(values, [labels.length, ...lesson.test.shape]);
      return Array.from(tf.softmax(logitsOf(tf, trained.net, input)).dataSync());
    });
    expect(served.length).toBe(3 * labels.length);
    const differences = expected.map((value, at) => Math.abs(value - (served[at] ?? Number.NaN)));
    expect(Math.max(...differences)).toBeLessThan(TOLERANCE);
    expect(trained.test.accuracy).toBeGreaterThan(0.9);
  },
);

it('an image file is decoded for it to the very bytes that it learnt from', async () => {
  const { trained, lesson } = await train('dense', grey);
  const { manifest } = await addTrainedModel(home, 'grey', grey, await lesson.graph(trained.net));
  for (const index of [0, 1, 2]) {
    const pixels = grey.test.pixels.subarray(index * 144, (index + 1) * 144);
    const png = await sharp(pixels, { raw: { width: 12, height: 12, channels: 1 } })
      .png()
      .toBuffer();
    const { views } = await decodeImage(png, { views: [viewOf(manifest)] });
    expect(views[0]).toEqual(tripledSame(pixels));
  }
});

it('the same training adds the same version again, another one another version', async () => {
  const versions = [];
  for (const seed of [1, 1, 2]) {
    const { trained, lesson } = await train('dense', grey, seed);
    const { manifest } = await addTrainedModel(home, 'again', grey, await lesson.graph(trained.net));
    versions.push(manifest.version);
  }
  expect(versions[1]).toBe(versions[0]);
  expect(versions[2]).not.toBe(versions[0]);
});

async function train(architecture: 'dense' | 'cnn', dataset: Dataset, seed = 1) {
  const lesson = await lessonOf(architecture, dataset, { home, onStep: () => {} });
  const settings = { ...DEFAULTS[architecture], epochs: 4, 'batch-size': 8, 'learning-rate': 0.01, seed };
  const checkpoint = join(home, 'checkpoint');
  const trained: Run = await run({ tf, settings, ...lesson, checkpoint, resume: false });
  return { trained, lesson };
}

function tripled(bytes: Uint8Array): Uint8Array {
  return Uint8Array.from(
    { length: 3 * bytes.length },
    (_, at) => (bytes[Math.floor(at / 3)] ?? 0) - 20 * (at % 3),
  );
}

function tripledSame(bytes: Uint8Array): Uint8Array {
  return Uint8Array.from({ length: 3 * bytes.length }, (_, at) => bytes[Math.floor(at / 3)] ?? 0);
}
