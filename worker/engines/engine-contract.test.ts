import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { decodeView } from '../decode-view.ts';
import { ensureModel } from '../models/ensure-model.ts';
import { testHome } from '../models/home-for-tests.ts';
import { INCEPTION_VIEW } from '../models/inception-v3.ts';
import { createEngine, type EngineSettings } from './create-engine.ts';
import { type Engine, EngineError } from './engine.ts';
import { isNativeInstalled } from './tfjs-backend.ts';
import { topKLabels } from './top-k.ts';

const LABRADOR = 209;
const CLASSES = 1001;

interface Row extends Pick<EngineSettings, 'precision'> {
  readonly engine: Engine['name'];
  /** How far its probabilities may be from those of onnx fp32; undefined for what is no net. */
  readonly tolerance?: number;
}
const ROWS: Row[] = [
  // A step of the int8 logits is 0.076, which moves a probability by up to 8 % of itself, or 0.02 absolute.
  { engine: 'onnx', precision: 'int8', tolerance: 0.02 },
  { engine: 'onnx', precision: 'fp32', tolerance: 1e-5 },
  { engine: 'tfjs-wasm', precision: 'fp32', tolerance: 1e-4 },
  ...(isNativeInstalled() ? [{ engine: 'tfjs-node', precision: 'fp32', tolerance: 1e-4 } as const] : []),
  { engine: 'echo', precision: 'int8' },
];

let sample: Uint8Array;
/** Four images that differ: the sample, its negative, grey, and noise. */
let images: Uint8Array[];
/** What onnx in fp32 gives for each. */
let reference: Float32Array[];

beforeAll(async () => {
  const files = await ensureModel({ home: testHome });
  sample = (await decodeView(await readFile(files.sample), INCEPTION_VIEW)).rgb;
  const grey = new Uint8Array(sample.length).fill(128);
  const noise = grey.map((_, i) => Math.imul(i, 2_654_435_761) >>> 24);
  images = [sample, sample.map((byte) => 255 - byte), grey, noise];

  const engine = await createEngine({
    engine: 'onnx',
    precision: 'fp32',
    threads: 1,
    loneThreads: 1,
    echoMs: 0,
    home: testHome,
  });
  reference = await oneByOne(engine);
  await engine.dispose();
});

describe.each(ROWS)('$engine $precision', ({ engine: name, precision, tolerance }) => {
  const settings = { engine: name, precision, threads: 2, loneThreads: 2, echoMs: 0, home: testHome };
  let engine: Engine;
  /** What each image gives alone. */
  let alone: Float32Array[];

  beforeAll(async () => {
    engine = await createEngine(settings);
    await engine.load();
    await engine.warmUp();
    alone = await oneByOne(engine);
  });
  afterAll(() => engine.dispose());

  it('says what it is', () => {
    expect(engine).toMatchObject({ name, precision, threads: 2 });
    expect(engine.version).not.toBe('');
    expect(engine.labels).toHaveLength(CLASSES);
  });

  it('sees a Labrador retriever in the sample', async () => {
    const probabilities = await engine.classify(sample.slice(), 1);
    const [best] = topKLabels(probabilities, engine.labels, { topK: 1, minConfidence: 0 });
    expect(best).toMatchObject({ label: 'Labrador retriever', index: LABRADOR });
    expect(best?.confidence).toBeGreaterThan(0.5);
  });

  it.runIf(tolerance)(`gives the probabilities of onnx fp32 within ${tolerance}`, () => {
    alone.forEach((probabilities, i) => {
      expectClose(probabilities, reference[i] ?? new Float32Array(CLASSES), tolerance ?? 0);
    });
  });

  it('gives 1001 probabilities that sum to 1', () => {
    for (const probabilities of alone) {
      expect(probabilities).toHaveLength(CLASSES);
      expect(Math.min(...probabilities)).toBeGreaterThanOrEqual(0);
      expect(probabilities.reduce((sum, p) => sum + p, 0)).toBeCloseTo(1, 4);
    }
  });

  it('a batch of four is four times one', async () => {
    const batch = await engine.classify(Buffer.concat(images), 4);
    expect(batch).toHaveLength(4 * CLASSES);
    alone.forEach((expected, i) => {
      expectClose(batch.subarray(i * CLASSES, (i + 1) * CLASSES), expected, 1e-5);
    });
  });

  it('jobs given at once to two threads each get their own answer', async () => {
    const order = [0, 1, 2, 3, 3, 2, 1, 0];
    const answers = await Promise.all(order.map((i) => engine.classify((images[i] ?? sample).slice(), 1)));
    answers.forEach((answer, at) => {
      expectClose(answer, alone[order[at] ?? 0] ?? answer, 1e-6);
    });
  });

  it('an image that is alone gives the same, on however many cores', async () => {
    for (const [i, image] of images.entries())
      expectClose(await engine.classify(image.slice(), 1, true), alone[i] ?? new Float32Array(), 1e-5);
  });

  it('refuses bytes that are not the images they are said to be', async () => {
    await expect(engine.classify(new Uint8Array(10), 1)).rejects.toThrow(EngineError);
    await expect(engine.classify(sample.slice(), 2)).rejects.toThrow(EngineError);
  });

  it('may be loaded again, which does nothing', async () => {
    await engine.load();
    expectClose(await engine.classify(sample.slice(), 1), alone[0] ?? new Float32Array(), 1e-6);
  });

  it('once disposed of, it takes no more, and may be disposed of again', async () => {
    const other = await createEngine({ ...settings, threads: 1 });
    await other.load();
    await other.dispose();
    await other.dispose();
    await expect(other.classify(sample.slice(), 1)).rejects.toThrow('closed');
  });
});

async function oneByOne(engine: Engine): Promise<Float32Array[]> {
  const probabilities: Float32Array[] = [];
  for (const image of images) probabilities.push(await engine.classify(image.slice(), 1));
  return probabilities;
}

function expectClose(actual: Float32Array, expected: Float32Array, tolerance: number): void {
  const differences = Array.from(actual, (value, i) => Math.abs(value - (expected[i] ?? Number.NaN)));
  expect(Math.max(...differences)).toBeLessThanOrEqual(tolerance);
}
