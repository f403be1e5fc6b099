import { ModelFormatError } from './model-errors.ts';
import type { Tensor } from './tflite-model.ts';

/** A convolution's weights in another order than the file's; uint8 as there. */
interface LaidOut {
  readonly shape: readonly [number, number, number, number];
  readonly data: Buffer;
}

/**
 * Turns a convolution's weights from TFLite's [out, height, width, in] into ONNX's [out, in, height, width].
 *
 * @throws {ModelFormatError} The tensor is not a constant of four dimensions.
 */
export function toOihw(weights: Tensor): LaidOut {
  const [out, height, width, channels] = fourDimensions(weights);
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

/**
 * Turns a convolution's weights from TFLite's [out, height, width, in] into TensorFlow's
 * [height, width, in, out].
 *
 * @throws {ModelFormatError} The tensor is not a constant of four dimensions.
 */
export function toHwio(weights: Tensor): LaidOut {
  const [out, height, width, channels] = fourDimensions(weights);
  const source = constantData(weights);
  const each = height * width * channels;
  const data = Buffer.alloc(source.length);
  let at = 0;
  for (let p = 0; p < each; p++) {
    for (let o = 0; o < out; o++) data[at++] = source[o * each + p] ?? 0;
  }
  return { shape: [height, width, channels, out], data };
}

function fourDimensions({ name, shape }: Tensor): [number, number, number, number] {
  const [first, second, third, fourth] = shape;
  if (first === undefined || second === undefined || third === undefined || fourth === undefined) {
    throw new ModelFormatError(`${name} has not four dimensions`);
  }
  return [first, second, third, fourth];
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
