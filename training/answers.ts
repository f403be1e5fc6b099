import type { LayersModel } from '@tensorflow/tfjs';
import type { Tf } from '../worker/engines/tfjs-backend.ts';
import { batchOf, bestOf, type Examples } from './examples.ts';
import { lossOf } from './losses.ts';
import { logitsOf } from './net.ts';
import type { TrainingSettings } from './settings.ts';

const BATCH = 500;

/** How well a net does on some examples. */
export interface Score {
  readonly loss: number;
  /** Share that is named right, 0..1. */
  readonly accuracy: number;
}

/** A score with the answers that make it up, in the order of the indices. */
export interface Answers extends Score {
  /** Class by index. */
  readonly predicted: Uint8Array;
  /** Of the class predicted, 0..1. */
  readonly confidence: Float32Array;
}

/** Has a net answer, with nothing left out. */
export async function answersOf(
  tf: Tf,
  net: LayersModel,
  examples: Examples,
  indices: Uint32Array,
  loss: TrainingSettings['loss'],
): Promise<Answers> {
  const predicted = new Uint8Array(indices.length);
  const confidence = new Float32Array(indices.length);
  let [lossSum, right] = [0, 0];
  for (let from = 0; from < indices.length; from += BATCH) {
    const batch = indices.subarray(from, from + BATCH);
    const { input, labels } = batchOf(tf, examples, batch);
    const logits = logitsOf(tf, net, input);
    const value = tf.tidy(() => lossOf(tf, loss, labels, logits));
    const probabilities = tf.softmax(logits);
    const rows = Float32Array.from(await probabilities.data());
    lossSum += ((await value.data())[0] ?? 0) * batch.length;
    for (const [row, index] of batch.entries()) {
      const best = bestOf(rows, row, examples.classes);
      predicted[from + row] = best;
      confidence[from + row] = rows[row * examples.classes + best] ?? 0;
      if (best === examples.labels[index]) right++;
    }
    tf.dispose([input, labels, logits, value, probabilities]);
  }
  return { loss: lossSum / indices.length, accuracy: right / indices.length, predicted, confidence };
}
