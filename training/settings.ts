import * as z from 'zod';

export const ARCHITECTURES = ['dense', 'cnn', 'inception-head'] as const;
export type Architecture = (typeof ARCHITECTURES)[number];

/** What decides how a run goes; with the same ones, on the same images and backend, it goes the same way. */
export const trainingSettings = z.strictObject({
  architecture: z.enum(ARCHITECTURES),
  /** Share of the values before the last layer that each step leaves out. */
  dropout: z.coerce.number().min(0).max(0.95),
  optimizer: z.enum(['adam', 'momentum', 'sgd']),
  loss: z.enum(['cross-entropy', 'squared-error']),
  /** At the start; see `learningRateAt`. */
  'learning-rate': z.coerce.number().positive(),
  /** How often each image is seen. */
  epochs: z.coerce.number().int().min(1).max(10_000),
  /** Images to a step. */
  'batch-size': z.coerce.number().int().min(1).max(10_000),
  /** Share of the training images that are not learnt from, but watched. */
  'validation-share': z.coerce.number().gt(0).max(0.9),
  /** Epochs without a better validation loss after which it stops and keeps the best; 0: it keeps the last. */
  patience: z.coerce.number().int().min(0),
  /** What weights, order and dropout are drawn by. */
  seed: z.coerce
    .number()
    .int()
    .min(0)
    .max(2 ** 31 - 1),
});

export type TrainingSettings = z.infer<typeof trainingSettings>;

const SAME_FOR_ALL = {
  dropout: 0,
  optimizer: 'adam',
  loss: 'cross-entropy',
  'learning-rate': 0.001,
  'batch-size': 128,
  'validation-share': 0.1,
  patience: 0,
  seed: 1,
} as const;

/** What is not said. */
export const DEFAULTS: Record<Architecture, TrainingSettings> = {
  dense: { ...SAME_FOR_ALL, architecture: 'dense', epochs: 12 },
  cnn: {
    ...SAME_FOR_ALL,
    architecture: 'cnn',
    epochs: 5,
    dropout: 0.3,
    'learning-rate': 0.003,
    'batch-size': 64,
  },
  // A few dozen images: small steps, and many of them, for each costs next to nothing.
  'inception-head': {
    ...SAME_FOR_ALL,
    architecture: 'inception-head',
    epochs: 100,
    'batch-size': 16,
    patience: 20,
  },
};
