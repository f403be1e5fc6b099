import * as z from 'zod';
import { ModelFormatError } from '../model-errors.ts';
import type { Weight, Weights } from './layer.ts';

/** `weightsManifest` of a model.json, where all weights are floats stored as uint8. */
export const weightsManifest = z.array(
  z.object({
    paths: z.array(z.string()),
    weights: z.array(
      z.object({
        name: z.string(),
        shape: z.array(z.int().positive()),
        dtype: z.literal('float32'),
        quantization: z.object({ min: z.number(), scale: z.number(), dtype: z.literal('uint8') }),
      }),
    ),
  }),
);

export type WeightsManifest = z.infer<typeof weightsManifest>;

/**
 * The weights that a model.json tells of: `stored · scale + min`, which is what TensorFlow.js makes of them too when it
 * loads the model.
 *
 * @param stored The bytes of all its `paths`, one after the other.
 * @throws {ModelFormatError} There are more or fewer of them than it tells of.
 */
export function readWeights(manifest: WeightsManifest, stored: Buffer): Weights {
  const weights = new Map<string, Weight>();
  let at = 0;
  for (const { name, shape, quantization } of manifest.flatMap((group) => group.weights)) {
    const size = shape.reduce((product, dimension) => product * dimension, 1);
    weights.set(name, { shape, data: dequantise(stored.subarray(at, at + size), quantization) });
    at += size;
  }
  if (at !== stored.length) throw new ModelFormatError(`${stored.length} bytes of weights instead of ${at}`);
  return weights;
}

function dequantise(stored: Buffer, { scale, min }: { scale: number; min: number }): Float32Array {
  const floats = new Float32Array(stored.length);
  // Written as a loop: `Float32Array.from` with a mapping takes seconds for a whole net.
  for (let i = 0; i < stored.length; i++) floats[i] = (stored[i] ?? 0) * scale + min;
  return floats;
}
