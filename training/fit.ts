import { setImmediate } from 'node:timers/promises';
import type { LayersModel, Optimizer, Variable } from '@tensorflow/tfjs';
import type { Tf } from '../worker/engines/tfjs-backend.ts';
import { answersOf, type Score } from './answers.ts';
import { batchOf, countRight, type Examples } from './examples.ts';
import { lossOf } from './losses.ts';
import { logitsOf } from './net.ts';
import { createOptimizer, learningRateAt } from './optimizers.ts';
import type { TrainingSettings } from './settings.ts';
import { derivedSeed, shuffled } from './shuffle.ts';
import { type StoredTensor, stored } from './stored-tensor.ts';

/** What an epoch came to; both scores are taken after it, with nothing left out by dropout. */
export interface EpochFigures {
  /** From 1. */
  readonly epoch: number;
  readonly learningRate: number;
  readonly seconds: number;
  /** On as many of the images learnt from as there are for validation. */
  readonly training: Score;
  readonly validation: Score;
}

/** All that the next epoch depends on, beside the settings and the data. */
export interface FitState {
  readonly epochs: readonly EpochFigures[];
  readonly weights: readonly StoredTensor[];
  readonly optimizer: readonly StoredTensor[];
  /** Those of the epoch with the lowest validation loss, kept where training may stop early. */
  readonly best: { readonly epoch: number; readonly weights: readonly StoredTensor[] } | undefined;
}

/** How far an epoch is; loss and accuracy are means over the epoch so far, with dropout. */
export interface FitProgress extends Score {
  readonly epoch: number;
  readonly step: number;
  readonly steps: number;
}

export interface FitOptions {
  readonly tf: Tf;
  readonly net: LayersModel;
  readonly examples: Examples;
  /** Indices of the examples to learn from, and to watch the learning by. */
  readonly split: { readonly training: Uint32Array; readonly validation: Uint32Array };
  readonly settings: TrainingSettings;
  /** Where an earlier run was; the outcome is that of a run that was never interrupted. */
  readonly from?: FitState;
  readonly onProgress?: (progress: FitProgress) => void;
  /** After each epoch. */
  readonly onEpoch?: (state: FitState) => Promise<void>;
  /** Aborting ends it after the step under way, and rejects with the signal's reason. */
  readonly signal?: AbortSignal;
}

export interface Fitted {
  readonly epochs: readonly EpochFigures[];
  /** The epoch whose weights the net has now. */
  readonly kept: number;
}

/** The loss is not a number any more; nothing that follows could be. */
export class DivergedError extends Error {
  override readonly name = 'DivergedError';
}

/**
 * Trains a net, epoch by epoch.
 *
 * @throws {DivergedError} The loss became infinite or not a number.
 */
export async function fitNet(options: FitOptions): Promise<Fitted> {
  const { tf, net, settings, onEpoch } = options;
  let state = options.from ?? {
    epochs: [],
    weights: await stored(net.getWeights()),
    optimizer: [],
    best: undefined,
  };
  while (state.epochs.length < settings.epochs && !hasSettled(state, settings)) {
    state = await fitEpoch(options, state);
    await onEpoch?.(state);
  }
  const kept = settings.patience > 0 ? state.best : undefined;
  putWeights(tf, net, kept?.weights ?? state.weights);
  return { epochs: state.epochs, kept: kept?.epoch ?? state.epochs.length };
}

function hasSettled({ epochs, best }: FitState, { patience }: TrainingSettings): boolean {
  return patience > 0 && best !== undefined && epochs.length - best.epoch >= patience;
}

/** One epoch, from a state alone: whether the state comes from memory or from a file makes no difference. */
async function fitEpoch(options: FitOptions, state: FitState): Promise<FitState> {
  const { tf, net, settings, examples, split } = options;
  const startedAt = performance.now();
  const learningRate = learningRateAt(state.epochs.length, settings);
  putWeights(tf, net, state.weights);
  const optimizer = createOptimizer(tf, settings.optimizer, learningRate);
  try {
    await putOptimizerState(tf, optimizer, state.optimizer);
    await takeSteps(options, optimizer, state.epochs.length + 1);
    const sample = split.training.slice(0, Math.max(split.validation.length, 1));
    const score = async (indices: Uint32Array): Promise<Score> => {
      const { loss, accuracy } = await answersOf(tf, net, examples, indices, settings.loss);
      return { loss, accuracy };
    };
    const figures = {
      epoch: state.epochs.length + 1,
      learningRate,
      seconds: (performance.now() - startedAt) / 1000,
      training: await score(sample),
      validation: await score(split.validation),
    };
    const epochs = [...state.epochs, figures];
    const weights = await stored(net.getWeights());
    if (!Number.isFinite(figures.validation.loss))
      throw diverged(figures.validation.loss, `epoch ${figures.epoch}`, settings);
    const lowest = Math.min(...epochs.map(({ validation }) => validation.loss));
    const best = figures.validation.loss === lowest ? { epoch: figures.epoch, weights } : state.best;
    const tensors = (await optimizer.getWeights()).map(({ tensor }) => tensor);
    const optimizerState = await stored(tensors);
    tf.dispose(tensors); // one of them, the count of steps, is made anew each time
    return { epochs, weights, optimizer: optimizerState, best };
  } finally {
    optimizer.dispose();
  }
}

async function takeSteps(options: FitOptions, optimizer: Optimizer, epoch: number): Promise<void> {
  const { tf, net, settings, examples, split, signal, onProgress } = options;
  const epochSeed = derivedSeed(settings.seed, epoch);
  const order = shuffled(split.training, epochSeed);
  const size = settings['batch-size'];
  const steps = Math.ceil(order.length / size);
  const variables = net.trainableWeights.map((weight) => weight.read()) as Variable[];
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

function diverged(loss: number, where: string, { 'learning-rate': rate }: TrainingSettings): DivergedError {
  return new DivergedError(`The loss is ${loss} in ${where}: try a lower --learning-rate than ${rate}.`);
}

function putWeights(tf: Tf, net: LayersModel, weights: readonly StoredTensor[]): void {
  tf.tidy(() => net.setWeights(weights.map(({ shape, data }) => tf.tensor(data, [...shape]))));
}

async function putOptimizerState(
  tf: Tf,
  optimizer: Optimizer,
  state: readonly StoredTensor[],
): Promise<void> {
  if (state.length === 0) return;
  const tensors = state.map(({ shape, data }, at) => ({
    name: String(at),
    tensor: tf.tensor(data, [...shape]),
  }));
  await optimizer.setWeights(tensors);
  // What it keeps are variables of its own.
  tf.dispose(tensors);
}
