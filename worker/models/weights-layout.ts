import { ModelFormatError } from './model-errors.ts';
import type { Tensor } from './tflite-model.ts';

/** Convolution weights in ONNX's order. */
export interface OihwWeights {
  /** [out, in, height, width]. */
  readonly shape: readonly [number, number, number, number];
  /** uint8, as in the file. */
  readonly data: Buffer;
}

/**
 * Turns a convolution's weights from TFLite's [out, height, width, in] into ONNX's [out, in, height, width].
 *
 * @throws {ModelFormatError} The tensor is not a constant of four dimensions.
 */
export function toOihw(weights: Tensor): OihwWeights {
  const [out, height, width, channels] = weights.shape;
  if (out === undefined || height === undefined || width === undefined || channels === undefined) {
    throw new ModelFormatError(`${weights.name} has not four dimensions`);
  }
  const source = constantData(weights);
  const area = height * width;
  const data = Buffer.alloc(source.length);
  let at = 0;
  for (let o = 0; o < out; o++) {
    for (let i = 0; i < channels; i++) {
      for (let p = 0; p < area; p++) data[at++] = source[(o * area + p) * channels + i] ?? 0;
    }
  }
  return { shape: [out, channels, height, width], data };
}

/** @throws {ModelFormatError} The tensor is not a constant. */
export function constantData(tensor: Tensor): Buffer {
  if (tensor.data === undefined) throw new ModelFormatError(`${tensor.name} has no data`);
  return tensor.data;
}

/** @throws {ModelFormatError} The tensor is not quantised. */
export function scaleOf(tensor: Tensor): number {
  if (tensor.scale === undefined) throw new ModelFormatError(`${tensor.name} is not quantised`);
  return tensor.scale;
}
