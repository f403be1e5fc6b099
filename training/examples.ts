import type { Tensor } from '@tensorflow/tfjs';
import type { Tf } from '../worker/engines/tfjs-backend.ts';
import { type ImageShape, imageBytes, type LabelledImages } from './datasets/dataset.ts';

/** What a net learns from: values, and the class of each. */
export interface Examples {
  /** [count], class by index. */
  readonly labels: Uint8Array;
  readonly classes: number;
  /** Of one example. */
  readonly shape: readonly number[];
  /** The values of some, one after the other: [indices.length, ...shape]. */
  values(indices: Uint32Array): Float32Array;
}

/** A net sees a byte as 0 to 1, and so does the model that is served. */
export const PIXEL_SCALE = 1 / 255;

/** Images as a net sees them, converted as they are asked for: as floats all of them would take four times the memory. */
export function imageExamples(images: LabelledImages, classes: number, shape: ImageShape): Examples {
  const { pixels, labels } = images;
  const size = imageBytes(shape);
  return {
    labels,
    classes,
    shape: [shape.height, shape.width, shape.channels],
    values(indices) {
      const values = new Float32Array(indices.length * size);
      let to = 0;
      for (const index of indices) {
        const from = index * size;
        for (let i = 0; i < size; i++) values[to++] = (pixels[from + i] ?? 0) * PIXEL_SCALE;
      }
      return values;
    },
  };
}

/** Images by the features that another net has of them. */
export function featureExamples(
  features: readonly Float32Array[],
  labels: Uint8Array,
  classes: number,
): Examples {
  const size = features[0]?.length ?? 0;
  return {
    labels,
    classes,
    shape: [size],
    values(indices) {
      const values = new Float32Array(indices.length * size);
      for (const [row, index] of indices.entries()) values.set(features[index] ?? [], row * size);
      return values;
    },
  };
}

/** A batch for a net, which the caller disposes of: values [N, ...shape], and classes as ones among zeros, [N, classes]. */
export function batchOf(tf: Tf, examples: Examples, indices: Uint32Array): { input: Tensor; labels: Tensor } {
  const ones = new Float32Array(indices.length * examples.classes);
  for (const [row, index] of indices.entries())
    ones[row * examples.classes + (examples.labels[index] ?? 0)] = 1;
  return {
    input: tf.tensor(examples.values(indices), [indices.length, ...examples.shape]),
    labels: tf.tensor2d(ones, [indices.length, examples.classes]),
  };
}

/** How many of a batch a net names right, by its logits. */
export function countRight(logits: Float32Array, examples: Examples, indices: Uint32Array): number {
  return indices.filter((index, row) => bestOf(logits, row, examples.classes) === examples.labels[index])
    .length;
}

/** The class with the highest value in a row of [N, classes]; of values that are none, the first. */
export function bestOf(values: Float32Array, row: number, classes: number): number {
  let best = 0;
  for (let i = 1; i < classes; i++) {
    if ((values[row * classes + i] ?? 0) > (values[row * classes + best] ?? 0)) best = i;
  }
  return best;
}
