import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { decodeImage } from '../decode-image.ts';
import { ensureModel } from '../models/ensure-model.ts';
import { testHome } from '../models/home-for-tests.ts';
import { createEngine, type EngineSettings } from './create-engine.ts';
import { CLASSES, type Engine, EngineError, IMAGE_BYTES } from './engine.ts';
import { topKLabels } from './top-k.ts';

const LABRADOR = 209;
// A step of the int8 logits is 0.076, which moves a probability by up to 8 % of itself, or 0.02 absolute.
const INT8_TOLERANCE = 0.02;

let sample: Uint8Array;
/** Three images that differ: the sample, its negative, and grey. */
let images: Uint8Array[];
const sampleProbabilities = new Map<string, Float32Array>();

beforeAll(async () => {
  const files = await ensureModel({ home: testHome });
  sample = (await decodeImage(await readFile(files.sample))).rgb;
  images = [sample, sample.map((byte) => 255 - byte), new Uint8Array(IMAGE_BYTES).fill(128)];
});

const base = { threads: 2, echoMs: 0, home: testHome };
const engines: [string, EngineSettings][] = [
  ['onnx int8', { ...base, engine: 'onnx', precision: 'int8' }],
  ['onnx fp32', { ...base, engine: 'onnx', precision: 'fp32' }],
  ['echo', { ...base, engine: 'echo', precision: 'int8' }],
];

describe.each(engines)('%s', (name, settings) => {
  let engine: Engine;
  /** What each image gives alone. */
  let alone: Float32Array[];

  beforeAll(async () => {
    engine = await createEngine(settings);
    await engine.load();
    await engine.warmUp();
    alone = [];
    for (const image of images) alone.push(await engine.classify(image.slice(), 1));
  });
  afterAll(() => engine.dispose());

  it('says what it is', () => {
    expect(engine).toMatchObject({ name: settings.engine, precision: settings.precision, threads: 2 });
    expect(engine.version).not.toBe('');
    expect(engine.labels).toHaveLength(CLASSES);
  });

  it('sees a Labrador retriever in the sample', async () => {
    const probabilities = await engine.classify(sample.slice(), 1);
    sampleProbabilities.set(name, probabilities);
    const [best] = topKLabels(probabilities, engine.labels, { topK: 1, minConfidence: 0 });
    expect(best).toMatchObject({ label: 'Labrador retriever', index: LABRADOR });
    expect(best?.confidence).toBeGreaterThan(0.5);
  });

  it('gives 1001 probabilities that sum to 1', () => {
    for (const probabilities of alone) {
      expect(probabilities).toHaveLength(CLASSES);
      expect(Math.min(...probabilities)).toBeGreaterThanOrEqual(0);
      expect(probabilities.reduce((sum, p) => sum + p, 0)).toBeCloseTo(1, 4);
    }
  });

  it('a batch of three is three times one', async () => {
    const batch = await engine.classify(Buffer.concat(images), 3);
    expect(batch).toHaveLength(3 * CLASSES);
    alone.forEach((expected, i) => {
      expectClose(batch.subarray(i * CLASSES, (i + 1) * CLASSES), expected, 1e-5);
    });
  });

  it('jobs given at once to two threads each get their own answer', async () => {
    const order = [0, 1, 2, 2, 1, 0, 0, 2, 1, 1];
    const answers = await Promise.all(order.map((i) => engine.classify((images[i] ?? sample).slice(), 1)));
    answers.forEach((answer, at) => {
      expectClose(answer, alone[order[at] ?? 0] ?? answer, 1e-6);
    });
  });

  it('refuses bytes that are not the images they are said to be', async () => {
    await expect(engine.classify(new Uint8Array(10), 1)).rejects.toThrow(EngineError);
    await expect(engine.classify(sample.slice(), 2)).rejects.toThrow(EngineError);
  });

  it('once disposed of, it takes no more, and may be disposed of again', async () => {
    const other = await createEngine({ ...settings, threads: 1 });
    await other.load();
    await other.dispose();
    await other.dispose();
    await expect(other.classify(sample.slice(), 1)).rejects.toThrow('closed');
  });
});

it('int8 and fp32 agree on the sample within 0.02', () => {
  const [int8, fp32] = [sampleProbabilities.get('onnx int8'), sampleProbabilities.get('onnx fp32')];
  if (int8 === undefined || fp32 === undefined) throw new Error('the sample was not classified');
  expectClose(int8, fp32, INT8_TOLERANCE);
});

function expectClose(actual: Float32Array, expected: Float32Array, tolerance: number): void {
  const differences = Array.from(actual, (value, i) => Math.abs(value - (expected[i] ?? Number.NaN)));
  expect(Math.max(...differences)).toBeLessThanOrEqual(tolerance);
}
