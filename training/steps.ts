import { setImmediate } from 'node:timers/promises';
import type { Optimizer } from '@tensorflow/tfjs';
import type { Score } from './answers.ts';
import { batchOf, countRight } from './examples.ts';
import type { FitOptions } from './fit.ts';
import { lossOf } from './losses.ts';
import { logitsOf } from './net.ts';
import type { TrainingSettings } from './settings.ts';
import { derivedSeed, shuffled } from './shuffle.ts';

/** How far an epoch is; loss and accuracy are means over the epoch so far, with dropout. */
export interface FitProgress extends Score {
  readonly epoch: number;
  readonly step: number;
  readonly steps: number;
}

/** The loss is not a number any more; nothing that follows could be. */
export class DivergedError extends Error {
  override readonly name = 'DivergedError';
}

/**
 * One epoch's steps: each example once, in an order of the epoch's own.
 *
 * @throws {DivergedError} The loss became infinite or not a number.
 */
export async function takeSteps(options: FitOptions, optimizer: Optimizer, epoch: number): Promise<void> {
  const { tf, net, settings, examples, split, signal, onProgress } = options;
  const epochSeed = derivedSeed(settings.seed, epoch);
  const order = shuffled(split.training, epochSeed);
  const size = settings['batch-size'];
  const steps = Math.ceil(order.length / size);
  const values = net.trainableWeights.map((weight) => weight.read());
  const variables = values.filter((value) => value instanceof tf.Variable);
  let [lossSum, right] = [0, 0];
  for (let step = 0; step < steps; step++) {
    const indices = order.subarray(step * size, (step + 1) * size);
    const outcome = tf.tidy(() => {
      const { input, labels } = batchOf(tf, examples, indices);
      let named = 0;
      const cost = optimizer.minimize(
        () => {
          const logits = logitsOf(tf, net, input, derivedSeed(epochSeed, step + 1));
          named = countRight(Float32Array.from(logits.dataSync()), examples, indices);
          return lossOf(tf, settings.loss, labels, logits);
        },
        true,
        variables,
      );
      return { loss: cost?.dataSync()[0] ?? Number.NaN, right: named };
    });
    if (!Number.isFinite(outcome.loss)) {
      throw diverged(outcome.loss, `epoch ${epoch}, step ${step + 1} of ${steps}`, settings);
    }
    lossSum += outcome.loss * indices.length;
    right += outcome.right;
    const seen = Math.min((step + 1) * size, order.length);
    onProgress?.({ epoch, step: step + 1, steps, loss: lossSum / seen, accuracy: right / seen });
    await setImmediate(); // so that a signal is heard
    signal?.throwIfAborted();
  }
}

export function diverged(
  loss: number,
  where: string,
  { 'learning-rate': rate }: TrainingSettings,
): DivergedError {
  return new DivergedError(`The loss is ${loss} in ${where}: try a lower --learning-rate than ${rate}.`);
}
