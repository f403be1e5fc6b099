import type { Tensor4D } from '@tensorflow/tfjs';
import { ceilingOf, checkConvolution } from '../models/activation.ts';
import { dequantise, dequantiseBias } from '../models/dequantise.ts';
import { ModelFormatError } from '../models/model-errors.ts';
import type { Convolution, Operator } from '../models/tflite-model.ts';
import { toHwio } from '../models/weights-layout.ts';
import type { Tf } from './tfjs-backend.ts';

const CHANNELS_AXIS = 3;

/** An operator with its weights in place; all values are [N, height, width, channels]. */
export type TfjsLayer = (inputs: readonly Tensor4D[]) => Tensor4D;

/**
 * One operator in TensorFlow.js. TFLite is TensorFlow's own, so the paddings `same` and `valid`, averages that
 * leave the padding out, and the layout mean the same in both.
 *
 * @throws {ModelFormatError} A convolution that would run and be wrong.
 */
export function tfjsLayer(tf: Tf, operator: Operator): TfjsLayer {
  switch (operator.kind) {
    case 'conv':
      return convolution(tf, operator);
    case 'max-pool':
      return (inputs) =>
        tf.maxPool(only(inputs), [...operator.kernel], [...operator.strides], operator.padding);
    case 'average-pool':
      return (inputs) =>
        tf.avgPool(only(inputs), [...operator.kernel], [...operator.strides], operator.padding);
    case 'concat':
      return (inputs) => tf.concat([...inputs], CHANNELS_AXIS);
    case 'reshape':
      // [N, 1, 1, classes] to [N, classes], the only reshape of such nets; the last step does it.
      return (inputs) => only(inputs).clone();
  }
}

function convolution(tf: Tf, operator: Convolution): TfjsLayer {
  checkConvolution(operator);
  const { weights, bias, output, padding } = operator;
  const { shape, data } = toHwio(weights);
  const filter = tf.tensor4d(dequantise(data, weights), [...shape]);
  const realBias = tf.tensor1d(dequantiseBias(bias));
  const ceiling = ceilingOf(output);
  const strides: [number, number] = [...operator.strides];
  return (inputs) => {
    const x = only(inputs);
    const sum = tf.fused.conv2d({ x, filter, bias: realBias, strides, pad: padding });
    return ceiling === undefined ? sum : tf.clipByValue(sum, 0, ceiling);
  };
}

function only([input]: readonly Tensor4D[]): Tensor4D {
  if (input === undefined) throw new ModelFormatError('an operator has no input');
  return input;
}
