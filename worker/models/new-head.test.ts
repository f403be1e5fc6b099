import { readFile } from 'node:fs/promises';
import { beforeAll, expect, it } from 'vitest';
import { decodeImage } from '../decode-image.ts';
import { InferenceSession, Tensor } from '../engines/onnxruntime.ts';
import { convert } from './convert.ts';
import { dequantise, dequantiseBias } from './dequantise.ts';
import { ensureWeights } from './ensure-weights.ts';
import { testHome } from './home-for-tests.ts';
import { INCEPTION_VIEW } from './inception-v3.ts';
import { convertFeatures, convertWithHead, type Head } from './new-head.ts';
import { readTflite } from './tflite.ts';
import type { Convolution, TfliteModel } from './tflite-model.ts';
import { scaleOf, toHwio } from './weights-layout.ts';

const LABRADOR = 209;

let model: TfliteModel;
let image: Tensor;
beforeAll(async () => {
  const { graph, sample } = await ensureWeights({ home: testHome });
  model = readTflite(await readFile(graph));
  const { views } = await decodeImage(await readFile(sample), { views: [INCEPTION_VIEW] });
  image = new Tensor('uint8', views[0] ?? new Uint8Array(), [1, 299, 299, 3]);
});

it('a head of the net’s own last layer gives the net’s own answer, but for the rounding of its logits', async () => {
  const logits = model.operators.findLast((operator): operator is Convolution => operator.kind === 'conv');
  if (logits === undefined) throw new Error('the net has no last layer');
  const { shape, data } = toHwio(logits.weights);
  expect(shape).toEqual([1, 1, 2048, 1001]);
  const head: Head = { weights: dequantise(data, logits.weights), bias: dequantiseBias(logits.bias) };

  const own = await outputOf(convert(model, 'int8'), 'probabilities');
  const withHead = await outputOf(convertWithHead(model, head), 'probabilities');
  expect(withHead.indexOf(Math.max(...withHead))).toBe(LABRADOR);
  // Softmax makes factors of differences: a logit that is rounded by half a step, against others that are, too.
  const factor = Math.exp(scaleOf(logits.output));
  for (const [at, probability] of own.entries()) {
    expect((withHead[at] ?? 0) / probability).toBeGreaterThan(1 / factor);
    expect((withHead[at] ?? 0) / probability).toBeLessThan(factor);
  }
});

it('the features are 2,048, and none is below zero', async () => {
  const features = await outputOf(convertFeatures(model), 'features');
  expect(features.length).toBe(2048);
  expect(Math.min(...features)).toBe(0);
  expect(Math.max(...features)).toBeGreaterThan(0.5);
});

it('refuses a head for other features, and a net that ends in another way', () => {
  const head = { weights: new Float32Array(2 * 100), bias: new Float32Array(2) };
  expect(() => convertWithHead(model, head)).toThrow('a head of 200 weights for 2048 features and 2 classes');
  const cut = { ...model, operators: model.operators.slice(0, -1) };
  expect(() => convertFeatures(cut)).toThrow('does not end with an average');
});

async function outputOf(onnx: Buffer, name: string): Promise<Float32Array> {
  const session = await InferenceSession.create(onnx, { graphOptimizationLevel: 'all' });
  const output = (await session.run({ input: image }))[name];
  if (!(output?.data instanceof Float32Array)) throw new Error(`no ${name}`);
  return Float32Array.from(output.data);
}
