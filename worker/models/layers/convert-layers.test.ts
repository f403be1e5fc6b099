import type { LayersModel, layers } from '@tensorflow/tfjs';
import { beforeAll, expect, it } from 'vitest';
import { InferenceSession, Tensor } from '../../engines/onnxruntime.ts';
import { loadTfjs, type Tf } from '../../engines/tfjs-backend.ts';
import { ModelFormatError } from '../model-errors.ts';
import { convertLayersModel, type LayersOptions } from './convert-layers.ts';
import type { Weights } from './layer.ts';

/** How far a probability may be from that of TensorFlow.js: float additions are done in another order. */
const TOLERANCE = 1e-5;
const IMAGES = 3;
const COLOUR = {
  input: { height: 17, width: 14, channels: 3 },
  scale: 1 / 255,
  offset: 0,
  softmax: false,
} as const;
const GREY = { ...COLOUR, input: { height: 28, width: 28, channels: 1 } } as const;
const SHAPE = [17, 14, 3];

let tf: Tf;
beforeAll(async () => {
  tf = await loadTfjs('wasm');
});

type Layers = readonly layers.Layer[];

/** Chains of layers before a softmax of 5 classes; the first of each is told the image's shape. */
const CHAINS: Record<string, () => Layers> = {
  'convolutions of either padding and all strides': () => [
    tf.layers.conv2d({
      inputShape: SHAPE,
      filters: 6,
      kernelSize: 3,
      strides: 2,
      padding: 'same',
      activation: 'relu',
    }),
    tf.layers.conv2d({ filters: 4, kernelSize: [1, 5], padding: 'same', useBias: false }),
    tf.layers.conv2d({ filters: 5, kernelSize: [2, 3], padding: 'valid', activation: 'relu6' }),
    tf.layers.flatten(),
  ],
  'dilated, depthwise and separable convolutions': () => [
    tf.layers.conv2d({ inputShape: SHAPE, filters: 4, kernelSize: 3, dilationRate: 2, padding: 'same' }),
    tf.layers.depthwiseConv2d({ kernelSize: 3, depthMultiplier: 2, padding: 'same', strides: 2 }),
    tf.layers.batchNormalization(),
    tf.layers.separableConv2d({ filters: 7, kernelSize: 3, padding: 'same', activation: 'tanh' }),
    tf.layers.flatten(),
  ],
  'batch normalisations after a sum, after an activation, and of a vector': () => [
    tf.layers.conv2d({ inputShape: SHAPE, filters: 6, kernelSize: 3 }),
    tf.layers.batchNormalization(),
    tf.layers.activation({ activation: 'relu' }),
    tf.layers.batchNormalization({ scale: false }),
    tf.layers.separableConv2d({ filters: 3, kernelSize: 3 }),
    tf.layers.batchNormalization({ center: false, epsilon: 0.1 }),
    tf.layers.flatten(),
    tf.layers.dense({ units: 8 }),
    tf.layers.batchNormalization(),
    tf.layers.reLU({ maxValue: 1 }),
    tf.layers.batchNormalization(),
  ],
  'pools, whose averages leave the padding out': () => [
    tf.layers.averagePooling2d({ inputShape: SHAPE, poolSize: 3, strides: 2, padding: 'same' }),
    tf.layers.maxPooling2d({ poolSize: [2, 3], strides: 1, padding: 'same' }),
    tf.layers.averagePooling2d({ poolSize: 2 }),
    tf.layers.conv2d({ filters: 6, kernelSize: 1, activation: 'sigmoid' }),
    tf.layers.dropout({ rate: 0.5 }),
    tf.layers.globalAveragePooling2d({}),
  ],
  'reshapes, which count as TensorFlow lays images out': () => [
    tf.layers.reshape({ inputShape: SHAPE, targetShape: [14, 17, 3] }),
    tf.layers.conv2d({ filters: 4, kernelSize: 3, padding: 'same' }),
    tf.layers.reshape({ targetShape: [14 * 17 * 4] }),
    tf.layers.softmax(),
  ],
};

it.each(Object.keys(CHAINS))(`%s give what TensorFlow.js gives, within ${TOLERANCE}`, async (name) => {
  const answer = tf.layers.dense({ units: 5, activation: 'softmax' });
  await expectSame(tf.sequential({ layers: [...(CHAINS[name]?.() ?? []), answer] }), COLOUR);
});

it('a seed’s net on grey images is given their brightness', async () => {
  const layers = [
    tf.layers.flatten({ inputShape: [28, 28, 1] }),
    tf.layers.dense({ units: 128, activation: 'relu' }),
    tf.layers.dropout({ rate: 0.3 }),
    tf.layers.dense({ units: 10, activation: 'softmax' }),
  ];
  await expectSame(tf.sequential({ layers }), GREY);
});

it('logits become probabilities where they are said to be logits', async () => {
  const layers = [
    tf.layers.rescaling({ inputShape: SHAPE, scale: 0.7, offset: 0.1 }),
    tf.layers.flatten(),
    tf.layers.dense({ units: 5 }),
  ];
  await expectSame(tf.sequential({ layers }), { ...COLOUR, scale: 2 / 255, offset: -1, softmax: true });
});

it('branches that part and join again give what TensorFlow.js gives', async () => {
  const image = tf.input({ shape: SHAPE });
  const conv = (filters: number) =>
    tf.layers.conv2d({ filters, kernelSize: 3, padding: 'same', useBias: false });
  const apply = (layer: layers.Layer, to: ReturnType<typeof tf.input> | ReturnType<typeof tf.input>[]) =>
    layer.apply(to) as typeof image;
  const stem = apply(conv(4), image);
  // The stem's sum is read twice: its normalisation must not change what the other branch reads.
  const normal = apply(tf.layers.batchNormalization(), stem);
  const added = apply(tf.layers.add(), [normal, stem, apply(conv(4), normal)]);
  const joined = apply(tf.layers.concatenate(), [added, apply(conv(3), stem)]);
  const vector = apply(tf.layers.globalAveragePooling2d({}), joined);
  const both = apply(tf.layers.concatenate(), [vector, apply(tf.layers.dense({ units: 4 }), vector)]);
  const outputs = apply(tf.layers.dense({ units: 5, activation: 'softmax' }), both);
  await expectSame(tf.model({ inputs: image, outputs }), COLOUR);
});

it.each([
  [
    'a layer it does not know',
    () => tf.layers.upSampling2d({ inputShape: SHAPE, name: 'odd' }),
    'layer odd (UpSampling2D)',
  ],
  [
    'an activation it does not know',
    () => tf.layers.conv2d({ inputShape: SHAPE, filters: 1, kernelSize: 1, activation: 'elu', name: 'odd' }),
    'layer odd (Conv2D)',
  ],
  [
    'an image of another size',
    () => tf.layers.flatten({ inputShape: [17, 14, 1], name: 'odd' }),
    'it takes 17×14×1, and is given 17×14×3',
  ],
  [
    'a model that answers with planes',
    () => tf.layers.maxPooling2d({ inputShape: SHAPE, poolSize: 2 }),
    'not with a vector',
  ],
])('refuses %s by its name', (_, layer, message) => {
  const model = tf.sequential({ layers: [layer()] });
  expect(() => convertLayersModel(topologyOf(model), weightsOf(model), COLOUR)).toThrow(ModelFormatError);
  expect(() => convertLayersModel(topologyOf(model), weightsOf(model), COLOUR)).toThrow(message);
});

it('refuses weights that are missing or of another shape', () => {
  const model = tf.sequential({
    layers: [tf.layers.flatten({ inputShape: SHAPE }), tf.layers.dense({ units: 5, name: 'last' })],
  });
  expect(() => convertLayersModel(topologyOf(model), new Map(), COLOUR)).toThrow(
    'layer last (Dense): it has no kernel',
  );
  const short = new Map([['last/kernel', { shape: [3, 5], data: new Float32Array(15) }]]);
  expect(() => convertLayersModel(topologyOf(model), short, COLOUR)).toThrow('its kernel is 3×5, not 714×5');
});

async function expectSame(model: LayersModel, options: LayersOptions): Promise<void> {
  const random = noise(9);
  model.setWeights(
    model.weights.map(({ shape, originalName }) => {
      const positive = originalName.endsWith('variance');
      const values = Float32Array.from(
        { length: tf.util.sizeFromShape(shape as number[]) },
        () => random() - (positive ? 0 : 0.5),
      );
      return tf.tensor(values, shape as number[]);
    }),
  );
  const { height, width } = options.input;
  const bytes = Uint8Array.from({ length: IMAGES * height * width * 3 }, () => random() * 256);

  const session = await InferenceSession.create(
    convertLayersModel(topologyOf(model), weightsOf(model), options),
  );
  const { probabilities } = await session.run({
    input: new Tensor('uint8', bytes, [IMAGES, height, width, 3]),
  });
  const expected = await expectedOf(model, bytes, options);

  expect(probabilities?.dims).toEqual(expected.shape);
  const differences = Array.from(expected.data, (value, i) =>
    Math.abs(value - Number(probabilities?.data[i])),
  );
  expect(Math.max(...differences)).toBeLessThanOrEqual(TOLERANCE);
  // And it is no answer that would come of anything.
  expect(Math.max(...expected.data) - Math.min(...expected.data)).toBeGreaterThan(0.01);
}

async function expectedOf(
  model: LayersModel,
  bytes: Uint8Array,
  { input, scale, offset, softmax }: LayersOptions,
) {
  const { height, width, channels } = input;
  const rgb = tf.tensor4d(Float32Array.from(bytes), [IMAGES, height, width, 3]);
  const seen = channels === 1 ? rgb.mul([0.299, 0.587, 0.114]).sum(3, true) : rgb;
  const answer = model.predict(seen.mul(scale).add(offset)) as typeof rgb;
  const probabilities = softmax ? answer.softmax() : answer;
  return { shape: probabilities.shape, data: await probabilities.data() };
}

function topologyOf(model: LayersModel): unknown {
  return model.toJSON(null, false);
}

function weightsOf(model: LayersModel): Weights {
  return new Map(
    model.weights.map((weight) => {
      const value = weight.read();
      return [weight.originalName, { shape: value.shape, data: Float32Array.from(value.dataSync()) }];
    }),
  );
}

function noise(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}
