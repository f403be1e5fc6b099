import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { decodeView } from '../decode-view.ts';
import { labelsOf } from '../labels/labels-of.ts';
import { addModel } from '../models/add-model.ts';
import { ensureModel } from '../models/ensure-model.ts';
import { testHome } from '../models/home-for-tests.ts';
import { INCEPTION_VIEW } from '../models/inception-v3.ts';
import { type Artefact, filesFor, modelFolder } from '../models/manifest.ts';
import { colourModel } from '../models/testing/colour-model.ts';
import { bytesOf } from '../view.ts';
import { createEngine, type EngineSettings } from './create-engine.ts';
import { type Engine, EngineError } from './engine.ts';
import { inceptionFrom, type ModelSource } from './model-source.ts';
import { isNativeInstalled } from './tfjs-backend.ts';

const BASE = { threads: 2, loneThreads: 2, echoMs: 0 };
const COLOURS = { name: 'colours', version: '1' };

interface Row extends Pick<EngineSettings, 'precision'> {
  readonly model: 'inception-v3' | 'colours';
  readonly engine: Engine['name'];
  /** How far its probabilities may be from those of onnx fp32; undefined for what is no net. */
  readonly tolerance?: number;
  /** What it sees in the model's first image. */
  readonly sees: string;
}
const inception = { model: 'inception-v3', sees: 'Labrador retriever' } as const;
const ROWS: Row[] = [
  // A step of the int8 logits is 0.076, which moves a probability by up to 8 % of itself, or 0.02 absolute.
  { ...inception, engine: 'onnx', precision: 'int8', tolerance: 0.02 },
  { ...inception, engine: 'onnx', precision: 'fp32', tolerance: 1e-5 },
  { ...inception, engine: 'tfjs-wasm', precision: 'fp32', tolerance: 1e-4 },
  ...(isNativeInstalled()
    ? [{ ...inception, engine: 'tfjs-node', precision: 'fp32', tolerance: 1e-4 } as const]
    : []),
  { ...inception, engine: 'echo', precision: 'int8' },
  { model: 'colours', engine: 'onnx', precision: 'fp32', tolerance: 1e-5, sees: 'green' },
  { model: 'colours', engine: 'echo', precision: 'int8', sees: 'class 2' },
];

interface Subject {
  readonly source: ModelSource;
  readonly classes: number;
  /** Four that differ. */
  readonly images: readonly Uint8Array[];
  /** What onnx in fp32 gives for each. */
  readonly reference: readonly Float32Array[];
}
const subjects = new Map<Row['model'], Subject>();
let home: string;

beforeAll(async () => {
  const files = await ensureModel({ home: testHome });
  const sample = (await decodeView(await readFile(files.sample), INCEPTION_VIEW)).rgb;
  subjects.set('inception-v3', await subject(inceptionFrom(testHome), 1001, sample));

  home = await mkdtemp(join(tmpdir(), 'classifycloud-home-'));
  const { model, files: made } = colourModel();
  const { manifest } = await addModel(home, model, made);
  const open = async () => ({ manifest, folder: modelFolder(home, COLOURS) });
  const green = new Uint8Array(bytesOf(manifest.input)).map((_, i) => (i % 3 === 1 ? 255 : 20));
  subjects.set('colours', await subject({ id: COLOURS, open }, 3, green));
});
afterAll(() => rm(home, { recursive: true, force: true }));

/** @param first of its images; the others are its negative, grey, and noise */
async function subject(source: ModelSource, classes: number, first: Uint8Array): Promise<Subject> {
  const grey = first.map(() => 128);
  const noise = first.map((_, i) => Math.imul(i, 2_654_435_761) >>> 24);
  const images = [first, first.map((byte) => 255 - byte), grey, noise];
  const engine = await createEngine(source, { ...BASE, engine: 'onnx', precision: 'fp32', threads: 1 });
  const reference = await oneByOne(engine, images);
  await engine.dispose();
  return { source, classes, images, reference };
}

describe.each(ROWS)('$model by $engine $precision', (row) => {
  const { engine: name, precision, tolerance, sees } = row;
  const settings = { ...BASE, engine: name, precision };
  let engine: Engine;
  let given: Subject;
  let image: Uint8Array;
  /** What each image gives alone. */
  let alone: Float32Array[];

  beforeAll(async () => {
    given = subjects.get(row.model) ?? expect.fail('no such model');
    image = given.images[0] ?? expect.fail('no image');
    engine = await createEngine(given.source, settings);
    await engine.load();
    await engine.warmUp();
    alone = await oneByOne(engine, given.images);
  });
  afterAll(() => engine.dispose());

  it('says what it is, and what it runs', () => {
    expect(engine).toMatchObject({ name, precision, threads: 2, manifest: given.source.id });
    expect(engine.labels).toHaveLength(given.classes);
  });

  it(`sees "${sees}"`, async () => {
    const probabilities = await engine.classify(image, 1);
    const [best] = labelsOf(
      probabilities,
      { ...engine.manifest, labels: engine.labels },
      { topK: 1, minConfidence: 0 },
    );
    expect(best).toMatchObject({ label: sees, index: engine.labels.indexOf(sees) });
    expect(best?.confidence).toBeGreaterThan(0.5);
  });

  it.runIf(tolerance)(`gives the probabilities of onnx fp32 within ${tolerance}`, () => {
    alone.forEach((probabilities, i) => {
      expectClose(probabilities, given.reference[i] ?? expect.fail('no reference'), tolerance ?? 0);
    });
  });

  it('gives a probability for each class, which sum to 1', () => {
    for (const probabilities of alone) {
      expect(probabilities).toHaveLength(given.classes);
      expect(Math.min(...probabilities)).toBeGreaterThanOrEqual(0);
      expect(probabilities.reduce((sum, p) => sum + p, 0)).toBeCloseTo(1, 4);
    }
  });

  it('a batch of four is four times one', async () => {
    const { classes, images } = given;
    const batch = await engine.classify(Buffer.concat(images), 4);
    expect(batch).toHaveLength(4 * classes);
    alone.forEach((expected, i) => {
      expectClose(batch.subarray(i * classes, (i + 1) * classes), expected, 1e-5);
    });
  });

  it('jobs given at once to two threads each get their own answer', async () => {
    const order = [0, 1, 2, 3, 3, 2, 1, 0];
    const answers = await Promise.all(order.map((i) => engine.classify(given.images[i] ?? image, 1)));
    answers.forEach((answer, at) => {
      expectClose(answer, alone[order[at] ?? 0] ?? answer, 1e-6);
    });
  });

  it('an image that is alone gives the same, on however many cores', async () => {
    for (const [i, one] of given.images.entries())
      expectClose(await engine.classify(one, 1, true), alone[i] ?? new Float32Array(), 1e-5);
  });

  it('leaves the images as they were', async () => {
    const before = image.slice();
    await engine.classify(image, 1);
    expect(Buffer.compare(image, before)).toBe(0);
  });

  it('refuses bytes that are not the images they are said to be', async () => {
    await expect(engine.classify(new Uint8Array(10), 1)).rejects.toThrow(EngineError);
    await expect(engine.classify(image, 2)).rejects.toThrow(EngineError);
  });

  it('may be loaded again, which does nothing', async () => {
    await engine.load();
    expectClose(await engine.classify(image, 1), alone[0] ?? new Float32Array(), 1e-6);
  });

  it('once disposed of, it takes no more, and may be disposed of again', async () => {
    const other = await createEngine(given.source, { ...settings, threads: 1 });
    await other.load();
    await other.dispose();
    await other.dispose();
    await expect(other.classify(image, 1)).rejects.toThrow('closed');
  });
});

it('a model runs in the precision that it has where it lacks the one asked for', async () => {
  const { source } = subjects.get('colours') ?? expect.fail('no such model');
  const engine = await createEngine(source, { ...BASE, engine: 'onnx', precision: 'int8' });
  expect(engine.precision).toBe('fp32');
  await engine.dispose();
});

it('a net that does not fit its manifest is found out by its first run', async () => {
  const { source } = subjects.get('colours') ?? expect.fail('no such model');
  const open = async () => {
    const { manifest, folder } = await source.open();
    return { manifest: { ...manifest, input: { height: 7, width: 7 } }, folder };
  };
  const engine = await createEngine({ id: COLOURS, open }, { ...BASE, engine: 'onnx' });
  await expect(engine.warmUp()).rejects.toThrow(EngineError);
  await engine.dispose();
});

it('a model without a TFLite file is refused for TensorFlow.js, by its name', async () => {
  const { source } = subjects.get('colours') ?? expect.fail('no such model');
  const { manifest, folder } = await source.open();
  const open = async (artefact?: Artefact) => {
    filesFor(manifest, artefact); // as a repository does
    return { manifest, folder };
  };
  const refusal = createEngine({ id: COLOURS, open }, { ...BASE, engine: 'tfjs' });
  await expect(refusal).rejects.toThrow('colours is for onnx alone');
});

async function oneByOne(engine: Engine, images: readonly Uint8Array[]): Promise<Float32Array[]> {
  const probabilities: Float32Array[] = [];
  for (const image of images) probabilities.push(await engine.classify(image, 1));
  return probabilities;
}

function expectClose(actual: Float32Array, expected: Float32Array, tolerance: number): void {
  const differences = Array.from(actual, (value, i) => Math.abs(value - (expected[i] ?? Number.NaN)));
  expect(Math.max(...differences)).toBeLessThanOrEqual(tolerance);
}
