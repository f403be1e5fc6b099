import type { Scalar, Tensor } from '@tensorflow/tfjs';
import type { Tf } from '../worker/engines/tfjs-backend.ts';
import type { TrainingSettings } from './settings.ts';

/** The loss of logits, [N, classes], given the classes as ones among zeros; the mean over the examples. */
export function lossOf(tf: Tf, loss: TrainingSettings['loss'], labels: Tensor, logits: Tensor): Scalar {
  switch (loss) {
    case 'cross-entropy':
      return tf.losses.softmaxCrossEntropy(labels, logits).asScalar();
    case 'squared-error':
      return tf.losses.meanSquaredError(labels, tf.softmax(logits)).asScalar();
  }
}
