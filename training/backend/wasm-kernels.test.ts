import type { Tensor, Tensor4D } from '@tensorflow/tfjs';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Tf } from '../../worker/engines/tfjs-backend.ts';
import { loadBackend } from './load-backend.ts';

let tf: Tf;
beforeAll(async () => {
  ({ tf } = await loadBackend('wasm'));
});
afterAll(() => tf.setBackend('wasm'));

type Shape = [number, number, number, number];
type Pad = 'same' | 'valid' | number;

it.each<[Shape, Shape, number, Pad]>([
  [[3, 8, 8, 2], [3, 3, 2, 4], 1, 'same'],
  [[3, 9, 7, 2], [3, 3, 2, 4], 1, 'valid'],
  [[2, 28, 28, 1], [5, 5, 1, 3], 2, 'same'],
  [[2, 14, 14, 3], [2, 2, 3, 5], 2, 'same'],
  [[2, 9, 8, 3], [3, 2, 3, 2], 2, 'valid'],
  [[2, 10, 11, 2], [3, 3, 2, 2], 3, 'same'],
  [[2, 7, 7, 2], [1, 1, 2, 3], 2, 'same'],
  [[2, 7, 6, 2], [3, 3, 2, 3], 1, 2],
])(
  'a convolution %j by %j, stride %i, pad %s has the gradients that the plain backend has',
  async (inputShape, filterShape, stride, pad) => {
    const gradients = await onBoth(() => {
      const x = noise(inputShape, 1);
      const filter = noise(filterShape, 2);
      const convolve = (image: Tensor, weights: Tensor) =>
        tf.conv2d(image as Tensor4D, weights as Tensor4D, stride, pad);
      const dy = noise(convolve(x, filter).shape, 3);
      return tf.grads(convolve)([x, filter], dy);
    });
    expectClose(gradients);
  },
);

it('products with transposed matrices and sums over all but the last axis are those of the plain backend', async () => {
  const values = await onBoth(() => [
    tf.matMul(noise([5, 7], 1), noise([5, 3], 2), true, false),
    tf.matMul(noise([5, 7], 1), noise([3, 7], 2), false, true),
    tf.matMul(noise([2, 7, 5], 1), noise([2, 3, 7], 2), true, true),
    tf.sum(noise([4, 3, 2, 5], 1), [0, 1, 2]),
    tf.sum(noise([4, 3, 2, 5], 1), [0, 1, 2], true),
    tf.sum(noise([4, 5], 1), 0),
    tf.sum(noise([4, 5], 1), 1),
    tf.sum(noise([4, 5], 1)),
    tf.sum(noise([6], 1)),
    tf.sum(tf.cast(noise([4, 5], 1).mul(9), 'int32'), 0),
  ]);
  expectClose(values);
});

it('leaves nothing behind', async () => {
  const before = tf.memory().numTensors;
  const gradients = tf.grads((x, filter) => tf.conv2d(x as Tensor4D, filter as Tensor4D, 2, 'same'));
  for (let i = 0; i < 3; i++) {
    const inputs = [noise([2, 8, 8, 2], 1), noise([3, 3, 2, 4], 2)];
    tf.dispose([...inputs, ...gradients(inputs)]);
  }
  expect(tf.memory().numTensors).toBe(before);
});

function noise(shape: number[], seed: number): Tensor {
  const size = tf.util.sizeFromShape(shape);
  return tf.tidy(() => tf.randomNormal([size], 0, 1, 'float32', seed).reshape(shape));
}

async function onBoth(run: () => Tensor[]): Promise<[Float32Array[], Float32Array[]]> {
  const results = [];
  for (const backend of ['wasm', 'cpu']) {
    await tf.setBackend(backend);
    results.push(tf.tidy(run).map((tensor) => Float32Array.from(tensor.dataSync())));
  }
  const [wasm = [], plain = []] = results;
  return [wasm, plain];
}

function expectClose([values, expected]: [Float32Array[], Float32Array[]]): void {
  expect(values.map(({ length }) => length)).toEqual(expected.map(({ length }) => length));
  for (const [at, plain] of expected.entries()) {
    const size = Math.max(...plain.map(Math.abs));
    expect(size).toBeGreaterThan(0);
    const differences = plain.map((value, i) => Math.abs(value - (values[at]?.[i] ?? Number.NaN)));
    expect(Math.max(...differences)).toBeLessThan(1e-5 * size);
  }
}
