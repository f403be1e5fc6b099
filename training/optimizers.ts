import type { Optimizer } from '@tensorflow/tfjs';
import type { Tf } from '../worker/engines/tfjs-backend.ts';
import type { TrainingSettings } from './settings.ts';

const MOMENTUM = 0.9;

export function createOptimizer(
  tf: Tf,
  name: TrainingSettings['optimizer'],
  learningRate: number,
): Optimizer {
  switch (name) {
    case 'adam':
      return tf.train.adam(learningRate);
    case 'momentum':
      return tf.train.momentum(learningRate, MOMENTUM);
    case 'sgd':
      return tf.train.sgd(learningRate);
  }
}

/**
 * The learning rate of an epoch: half a cosine, from the whole at the first one towards 0 after the last.
 *
 * @see I. Loshchilov, F. Hutter, "SGDR: Stochastic Gradient Descent with Warm Restarts", ICLR 2017
 * @param epoch From 0.
 */
export function learningRateAt(epoch: number, { 'learning-rate': whole, epochs }: TrainingSettings): number {
  return (whole * (1 + Math.cos((Math.PI * epoch) / epochs))) / 2;
}
