import type { Tensor2D, Tensor4D } from '@tensorflow/tfjs';
import { ModelFormatError } from '../models/model-errors.ts';
import type { Operator, Tensor, TfliteModel } from '../models/tflite-model.ts';
import type { Tf } from './tfjs-backend.ts';
import { tfjsLayer } from './tfjs-layer.ts';

/**
 * From real pixels [N, height, width, 3] to probabilities [N, classes], 0..1, which the caller disposes of. The
 * weights live as long as the thread.
 */
export type TfjsNet = (image: Tensor4D) => Tensor2D;

/**
 * A TFLite classifier in TensorFlow.js, fp32: operator by operator, with softmax added.
 *
 * @throws {ModelFormatError} The model holds something that has no translation here.
 */
export function tfjsNet(tf: Tf, model: TfliteModel): TfjsNet {
  const steps = model.operators.map((operator, at) => {
    const inputs = inputsOf(operator);
    // The image is the caller's, and never ours to dispose of.
    const readLater = new Set([model.input, ...model.operators.slice(at + 1).flatMap(inputsOf)]);
    return {
      inputs,
      output: operator.output,
      layer: tfjsLayer(tf, operator),
      lastReads: inputs.filter((input) => !readLater.has(input)),
    };
  });
  return (image) =>
    tf.tidy(() => {
      const values = new Map<Tensor, Tensor4D>([[model.input, image]]);
      for (const { inputs, output, layer, lastReads } of steps) {
        values.set(
          output,
          tf.tidy(() => layer(inputs.map((input) => valueIn(values, input)))),
        );
        // Kept until the end, the values of all layers would take 57 MB an image.
        for (const tensor of lastReads) valueIn(values, tensor).dispose();
      }
      const logits = valueIn(values, model.output);
      return tf.softmax(logits.reshape<Tensor2D>([image.shape[0], -1]));
    });
}

function inputsOf(operator: Operator): readonly Tensor[] {
  return operator.kind === 'concat' ? operator.inputs : [operator.input];
}

function valueIn(values: ReadonlyMap<Tensor, Tensor4D>, tensor: Tensor): Tensor4D {
  const value = values.get(tensor);
  if (value === undefined) throw new ModelFormatError(`${tensor.name} is read before it is made`);
  return value;
}
