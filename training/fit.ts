import type { LayersModel, Optimizer } from '@tensorflow/tfjs';
import type { Tf } from '../worker/engines/tfjs-backend.ts';
import { answersOf, type Score } from './answers.ts';
import type { Examples } from './examples.ts';
import { createOptimizer, learningRateAt } from './optimizers.ts';
import type { TrainingSettings } from './settings.ts';
import { diverged, type FitProgress, takeSteps } from './steps.ts';
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
    const [training, validation] = [await score(sample), await score(split.validation)];
    const seconds = (performance.now() - startedAt) / 1000;
    const figures = { epoch: state.epochs.length + 1, learningRate, seconds, training, validation };
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
