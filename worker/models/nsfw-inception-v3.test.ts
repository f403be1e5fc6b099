import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { compileFunction } from 'node:vm';
import type { LayersModel, Tensor as TfTensor } from '@tensorflow/tfjs';
import { afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import * as z from 'zod';
import { InferenceSession, Tensor } from '../engines/onnxruntime.ts';
import { loadTfjs, type Tf } from '../engines/tfjs-backend.ts';
import { ensureBuiltIn } from './ensure-built-in.ts';
import { fetchWeights } from './fetch-weights.ts';
import { isIntact } from './file-hash.ts';
import { testHome } from './home-for-tests.ts';
import { weightsManifest } from './layers/weights-manifest.ts';
import { WeightsCorruptError, WeightsUnavailableError } from './model-errors.ts';
import { NSFW_INCEPTION_V3 } from './nsfw-inception-v3.ts';
import { ProgressReporter } from './progress.ts';

/** How far a probability may be from that of TensorFlow.js; seen were 1.2e-7. */
const TOLERANCE = 1e-6;
const SIDE = 299;
const SHAPE: [number, number, number, number] = [1, SIDE, SIDE, 3];
const modelModule = z.object({ modelTopology: z.record(z.string(), z.unknown()), weightsManifest });
const FILES = Object.keys(NSFW_INCEPTION_V3.manifest.files);

/** Images of nothing, and what each is taken for: an answer that is always the same would be seen. */
const IMAGES = [
  { bytes: new Uint8Array(SIDE * SIDE * 3).fill(128), label: 'Drawing' },
  { bytes: waves(7), label: 'Neutral' },
  { bytes: waves(75), label: 'Porn' },
];

describe('converted', () => {
  let tf: Tf;
  let original: LayersModel;
  let onnx: Buffer;
  let labels: string[];

  beforeAll(async () => {
    const folder = await fetchedSources();
    const source = (name: string) => readFile(join(folder, name));
    onnx = await NSFW_INCEPTION_V3.make('fp32.onnx', source);
    labels = (await NSFW_INCEPTION_V3.make('labels.txt', source)).toString().trimEnd().split('\n');

    tf = await loadTfjs('wasm');
    // The package's modules are run here, as nsfwjs runs them, so that what they are read for is compared as well.
    const { modelTopology, weightsManifest: manifest } = modelModule.parse(run(await source('model.min.js')));
    const shards = manifest
      .flatMap(({ paths }) => paths)
      .map(async (path) => Buffer.from(String(run(await source(`${path}.min.js`))), 'base64'));
    const weightData = new Uint8Array(Buffer.concat(await Promise.all(shards))).buffer;
    const weightSpecs = manifest.flatMap(({ weights }) => weights);
    original = await tf.loadLayersModel({ load: async () => ({ modelTopology, weightSpecs, weightData }) });
  });

  it('it is the same bytes everywhere', () => {
    const { sha256, bytes } = NSFW_INCEPTION_V3.manifest.files['fp32.onnx'] ?? {};
    // Another hash is another artefact: raise the revision in the manifest's version along with it.
    expect(createHash('sha256').update(onnx).digest('hex')).toBe(sha256);
    expect(onnx.length).toBe(bytes);
  });

  it('its classes are those of nsfwjs, in that order', () => {
    expect(labels).toEqual(['Drawing', 'Hentai', 'Neutral', 'Porn', 'Sexy']);
  });

  it(`it says of every image what nsfwjs says in TensorFlow.js, within ${TOLERANCE}`, async () => {
    const session = await InferenceSession.create(onnx);
    for (const { bytes, label } of IMAGES) {
      const expected = await classify(tf, original, bytes);
      expect(labels[bestOf(expected)]).toBe(label);

      const { probabilities } = await session.run({ input: new Tensor('uint8', bytes, SHAPE) });
      const actual = Array.from(probabilities?.data ?? [], Number);
      expect(bestOf(actual)).toBe(bestOf(expected));
      const differences = expected.map((value, i) => Math.abs(value - (actual[i] ?? Number.NaN)));
      expect(Math.max(...differences)).toBeLessThanOrEqual(TOLERANCE);
    }
    await session.release();
  });
});

// The stand-in for npm is a shell script.
describe.skipIf(process.platform === 'win32')('where npm fails', () => {
  let home: string;
  afterEach(async () => {
    vi.unstubAllEnvs();
    await rm(home, { recursive: true });
  });

  it('a tarball that is another is refused, and nothing of it is left', async () => {
    home = await homeWithNpm(
      `echo junk > "$npm_config_pack_destination/${NSFW_INCEPTION_V3.package.tarball}"`,
    );
    await expect(ensureBuiltIn(NSFW_INCEPTION_V3, home, FILES)).rejects.toThrow(WeightsCorruptError);
    expect(await filesIn(home)).toEqual([]);
  });

  it('without a network it is said what to do, and nothing is left', async () => {
    home = await homeWithNpm('echo "npm error code ENOTFOUND" >&2; exit 1');
    const attempt = ensureBuiltIn(NSFW_INCEPTION_V3, home, FILES);
    await expect(attempt).rejects.toThrow(WeightsUnavailableError);
    await expect(attempt).rejects.toThrow(/npm: ENOTFOUND.*Be online once/);
    expect(await filesIn(home)).toEqual([]);
  });
});

/** The folder of the package's files, fetched by the first test run into the developer's cache. */
async function fetchedSources(): Promise<string> {
  const folder = join(testHome, 'test-sources', NSFW_INCEPTION_V3.package.tarball);
  const files = Object.entries(NSFW_INCEPTION_V3.sources);
  const intact = await Promise.all(files.map(([name, file]) => isIntact(join(folder, name), file)));
  if (!intact.every(Boolean)) {
    await mkdir(folder, { recursive: true });
    await fetchWeights(NSFW_INCEPTION_V3, folder, new ProgressReporter(undefined));
  }
  return folder;
}

/** What a CommonJS module exports. */
function run(code: Buffer): unknown {
  const module = { exports: {} };
  compileFunction(code.toString(), ['module', 'exports'])(module, module.exports);
  return module.exports;
}

/** What `infer` of nsfwjs does with an image that is 299×299 already. */
async function classify(tf: Tf, model: LayersModel, bytes: Uint8Array): Promise<number[]> {
  const probabilities = tf.tidy(() => {
    const normalised = tf.tensor4d(Float32Array.from(bytes), SHAPE).div(tf.scalar(255));
    return model.predict(normalised) as TfTensor;
  });
  return Array.from(await probabilities.data());
}

const bestOf = (probabilities: readonly number[]): number =>
  probabilities.indexOf(Math.max(...probabilities));

/** Four waves of light over one warm colour. */
function waves(seed: number): Uint8Array {
  let state = seed;
  const random = () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
  const colour = [150, 110, 90].map((least) => least + 80 * random());
  const ripples = Array.from({ length: 4 }, () => ({
    x: random() / 5 - 0.1,
    y: random() / 5 - 0.1,
    height: 60 * random(),
  }));
  return Uint8Array.from({ length: SIDE * SIDE * 3 }, (_, i) => {
    const [x, y] = [Math.floor(i / 3) % SIDE, Math.floor(i / (3 * SIDE))];
    const light = ripples.reduce((sum, wave) => sum + wave.height * Math.sin(x * wave.x + y * wave.y), 0);
    return Math.min(255, Math.max(0, (colour[i % 3] ?? 0) + light));
  });
}

/** A home, and a shell script in npm's place. */
async function homeWithNpm(script: string): Promise<string> {
  const home = await mkdtemp(join(tmpdir(), 'classifycloud-home-'));
  const bin = join(home, 'bin');
  await mkdir(bin);
  await writeFile(join(bin, 'npm'), `#!/bin/sh\n${script}\n`, { mode: 0o755 });
  vi.stubEnv('npm_execpath', undefined);
  vi.stubEnv('PATH', `${bin}:/usr/bin:/bin`);
  return home;
}

async function filesIn(home: string): Promise<string[]> {
  const entries = await readdir(join(home, 'models'), { recursive: true, withFileTypes: true });
  return entries.filter((entry) => entry.isFile()).map(({ name }) => name);
}
