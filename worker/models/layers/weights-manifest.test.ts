import { expect, it } from 'vitest';
import { ModelFormatError } from '../model-errors.ts';
import { readWeights } from './weights-manifest.ts';

const quantization = { min: -0.5, scale: 0.25, dtype: 'uint8' } as const;
const manifest = [
  { paths: ['one'], weights: [{ name: 'a/kernel', shape: [2, 1], dtype: 'float32' as const, quantization }] },
  { paths: ['two'], weights: [{ name: 'a/bias', shape: [1], dtype: 'float32' as const, quantization }] },
];

it('bytes become weights by their scale and minimum, in the manifest’s order', () => {
  const weights = readWeights(manifest, Buffer.from([0, 2, 255]));
  expect(weights.get('a/kernel')).toEqual({ shape: [2, 1], data: Float32Array.of(-0.5, 0) });
  expect(weights.get('a/bias')).toEqual({ shape: [1], data: Float32Array.of(63.25) });
});

it.each([2, 4])('refuses %i bytes where there should be three', (bytes) => {
  expect(() => readWeights(manifest, Buffer.alloc(bytes))).toThrow(ModelFormatError);
});
