import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { beforeAll, expect, it } from 'vitest';
import { InferenceSession, Tensor } from '../engines/onnxruntime.ts';
import { bytesOf } from '../view.ts';
import { buildGraph, convert } from './convert.ts';
import { ensureModel } from './ensure-model.ts';
import { testHome } from './home-for-tests.ts';
import { INCEPTION_VIEW } from './inception-v3.ts';
import { ModelFormatError } from './model-errors.ts';
import { splitOutliers } from './split-outliers.ts';
import { readTflite } from './tflite.ts';
import type { Convolution, TfliteModel } from './tflite-model.ts';

let model: TfliteModel;
beforeAll(async () => {
  const { onnx } = await ensureModel({ home: testHome });
  model = readTflite(await readFile(join(dirname(onnx), 'graph.lite')));
});

// A new hash is a new artefact: raise the converter's revision in inception-v3.ts along with it.
it.each([
  ['int8', '41e6587c1758863495a2bd8b8c85356a5a0212b93b897060bb0c908341449ed2'],
  ['fp32', '540278ffa7bccd5c11abded464c96a1b2607058129422948abbd81c87f59c7d4'],
] as const)('the %s model is the same bytes everywhere', (precision, sha256) => {
  const onnx = convert(model, precision);
  expect(createHash('sha256').update(onnx).digest('hex')).toBe(sha256);
});

it('divides weights that are too large between two channels, and gives the same to the last bit', async () => {
  const image = new Uint8Array(bytesOf(INCEPTION_VIEW)).map((_, i) => Math.imul(i, 2_654_435_761) >>> 24);
  const [asInTheFile, divided] = [buildGraph(model, 'int8').encode('test'), convert(model, 'int8')];
  expect(divided.equals(asInTheFile)).toBe(false);
  expect(await probabilitiesOf(divided, image)).toEqual(await probabilitiesOf(asInTheFile, image));
});

it('gives 50 of the 54 convolutions with a window symmetric weights', () => {
  const { operators } = splitOutliers(model);
  const windows = operators.filter(
    (operator): operator is Convolution =>
      operator.kind === 'conv' && operator.weights.shape.slice(1, 3).join() !== '1,1',
  );
  expect(windows.length).toBe(54);
  expect(windows.filter(({ weights }) => weights.zeroPoint === 128).length).toBe(50);
});

it('int8 has 578 nodes and fp32 none that quantises', () => {
  expect(buildGraph(model, 'int8').nodeCount).toBe(578);
  expect(buildGraph(model, 'fp32').nodeCount).toBe(224);
});

it('refuses an activation that saturation would not carry', () => {
  const operators = model.operators.map((operator) =>
    operator.kind === 'conv' ? withOutputZeroPoint(operator, 7) : operator,
  );
  expect(() => convert({ ...model, operators }, 'int8')).toThrow(ModelFormatError);
});

it('refuses a file of another kind', () => {
  expect(() => readTflite(Buffer.from('not a model at all'))).toThrow('not a TFLite file');
});

async function probabilitiesOf(onnx: Buffer, image: Uint8Array): Promise<Float32Array> {
  const session = await InferenceSession.create(onnx, {
    intraOpNumThreads: 1,
    graphOptimizationLevel: 'all',
  });
  const { probabilities } = await session.run({ input: new Tensor('uint8', image, [1, 299, 299, 3]) });
  const values = probabilities?.data;
  if (!(values instanceof Float32Array)) throw new Error('no probabilities');
  const own = Float32Array.from(values);
  await session.release();
  return own;
}

function withOutputZeroPoint(operator: Convolution, zeroPoint: number): Convolution {
  return { ...operator, activated: true, output: { ...operator.output, zeroPoint } };
}
