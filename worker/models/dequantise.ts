import type { Tensor } from './tflite-model.ts';
import { constantData, scaleOf } from './weights-layout.ts';

/**
 * The real values of a quantised tensor, `scale · (stored − zeroPoint)`.
 *
 * @param stored uint8, in any order; the answer has the same.
 * @throws {ModelFormatError} The tensor is not quantised.
 */
export function dequantise(stored: Uint8Array, tensor: Tensor): Float32Array<ArrayBuffer> {
  const scale = scaleOf(tensor);
  const floats = new Float32Array(stored.length);
  // Written as a loop: `Float32Array.from` with a mapping takes seconds for the whole net.
  for (let i = 0; i < stored.length; i++) floats[i] = ((stored[i] ?? 0) - tensor.zeroPoint) * scale;
  return floats;
}

/**
 * The real values of a convolution's bias, [out], from the file's int32.
 *
 * @throws {ModelFormatError} The tensor is not a constant, or not quantised.
 */
export function dequantiseBias(bias: Tensor): Float32Array<ArrayBuffer> {
  const data = constantData(bias);
  const scale = scaleOf(bias);
  return Float32Array.from({ length: data.length / 4 }, (_, i) => data.readInt32LE(4 * i) * scale);
}
