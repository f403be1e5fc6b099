import type { LayersModel } from '@tensorflow/tfjs';
import type { Tf } from '../worker/engines/tfjs-backend.ts';
import { type Answers, answersOf, type Score } from './answers.ts';
import { readCheckpoint, writeCheckpoint } from './checkpoint.ts';
import type { Examples } from './examples.ts';
import { type EpochFigures, fitNet } from './fit.ts';
import { buildNet } from './net.ts';
import type { TrainingSettings } from './settings.ts';
import { splitByClass } from './split.ts';
import type { FitProgress } from './steps.ts';

export interface RunOptions {
  readonly tf: Tf;
  readonly settings: TrainingSettings;
  readonly training: Examples;
  readonly test: Examples;
  /** File that keeps what each epoch came to. */
  readonly checkpoint: string;
  /** Whether to go on from that file, where it is there. */
  readonly resume: boolean;
  readonly onProgress?: (progress: FitProgress) => void;
  readonly onEpoch?: (figures: EpochFigures) => void;
  readonly signal?: AbortSignal;
}

/** A run that went to its end. */
export interface Run {
  readonly settings: TrainingSettings;
  readonly epochs: readonly EpochFigures[];
  /** The epoch whose weights were kept. */
  readonly kept: number;
  /** Spent on learning, in s; what came before an interruption counts. */
  readonly seconds: number;
  readonly parameters: number;
  readonly examples: { readonly training: number; readonly validation: number; readonly test: number };
  /** Of the net that was kept, with nothing left out by dropout. */
  readonly training: Score;
  readonly validation: Score;
  readonly test: Score;
  /** On the test images, in their order. */
  readonly answers: Answers;
  /** The caller disposes of it. */
  readonly net: LayersModel;
}

/**
 * Trains a net from settings and examples, and has it answer for all of them.
 *
 * @throws {DivergedError} The loss became infinite or not a number.
 */
export async function run(options: RunOptions): Promise<Run> {
  const { tf, settings, training, test, checkpoint, resume, onProgress, onEpoch, signal } = options;
  const [learnt, watched] = splitByClass(training.labels, settings['validation-share'], settings.seed);
  const net = buildNet(tf, { inputShape: training.shape, classes: training.classes, settings });
  const fitted = await fitNet({
    tf,
    net,
    examples: training,
    split: { training: learnt, validation: watched },
    settings,
    from: resume ? await readCheckpoint(checkpoint) : undefined,
    onProgress,
    onEpoch: async (state) => {
      await writeCheckpoint(checkpoint, state);
      const last = state.epochs.at(-1);
      if (last !== undefined) onEpoch?.(last);
    },
    signal,
  });
  const score = async (indices: Uint32Array): Promise<Score> => {
    const { loss, accuracy } = await answersOf(tf, net, training, indices, settings.loss);
    return { loss, accuracy };
  };
  const answers = await answersOf(tf, net, test, Uint32Array.from(test.labels.keys()), settings.loss);
  return {
    ...fitted,
    settings,
    seconds: fitted.epochs.reduce((sum, { seconds }) => sum + seconds, 0),
    parameters: net.countParams(),
    examples: { training: learnt.length, validation: watched.length, test: test.labels.length },
    training: await score(learnt),
    validation: await score(watched),
    test: { loss: answers.loss, accuracy: answers.accuracy },
    answers,
    net,
  };
}
