import { ModelFormatError } from './model-errors.ts';
import type { Convolution, Tensor } from './tflite-model.ts';
import { scaleOf } from './weights-layout.ts';

const UINT8_MAX = 255;
const BIAS_SCALE_TOLERANCE = 1e-5;

/**
 * Where a convolution's output stops growing, for those who compute in floats: they clip to 0 and this. The
 * file has no ReLU: uint8 saturates, and with zero point 0 that is a ReLU with a ceiling. Undefined for the
 * logits, the one output with another zero point, which stay as they are.
 */
export function ceilingOf(output: Tensor): number | undefined {
  return output.zeroPoint === 0 ? UINT8_MAX * scaleOf(output) : undefined;
}

/**
 * Refuses a convolution that would translate into one that runs and is wrong.
 *
 * @throws {ModelFormatError} Saturation does not carry its activation, or the bias has a scale of its own.
 */
export function checkConvolution({ input, weights, bias, output, activated }: Convolution): void {
  if (activated && output.zeroPoint !== 0) {
    throw new ModelFormatError(`${output.name}: an activation that saturation does not carry`);
  }
  const biasScale = scaleOf(input) * scaleOf(weights);
  if (Math.abs(scaleOf(bias) / biasScale - 1) > BIAS_SCALE_TOLERANCE) {
    throw new ModelFormatError(`${bias.name}: its scale is not the input's times the weights'`);
  }
}
