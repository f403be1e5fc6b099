import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Tf } from '../worker/engines/tfjs-backend.ts';
import { loadBackend } from './backend/load-backend.ts';
import { imageExamples } from './examples.ts';
import { type Run, type RunOptions, run } from './run.ts';
import { DEFAULTS, type TrainingSettings } from './settings.ts';
import { DivergedError } from './steps.ts';
import { blobs } from './testing/blobs.ts';

let tf: Tf;
let folder: string;
beforeAll(async () => {
  ({ tf } = await loadBackend('wasm'));
  folder = await mkdtemp(join(tmpdir(), 'classifycloud-training-'));
});
afterAll(() => rm(folder, { recursive: true }));

const { classes, shape, ...images } = blobs(40);
const quick = { epochs: 4, 'batch-size': 16, dropout: 0.3, 'learning-rate': 0.01 };

function start(
  checkpoint: string,
  settings: Partial<TrainingSettings>,
  options: Partial<RunOptions> = {},
): Promise<Run> {
  return run({
    tf,
    settings: { ...DEFAULTS.dense, ...quick, ...settings },
    training: imageExamples(images.training, classes.length, shape),
    test: imageExamples(images.test, classes.length, shape),
    checkpoint: join(folder, checkpoint),
    resume: false,
    ...options,
  });
}

it.each(['dense', 'cnn'] as const)(
  '%s learns what there is to learn, and says what it was sure of',
  async (architecture) => {
    const { test, answers, examples } = await start('learns', { architecture });
    expect(test.accuracy).toBeGreaterThan(0.95);
    expect(examples).toEqual({ training: 108, validation: 12, test: 120 });
    expect(Math.min(...answers.confidence)).toBeGreaterThan(1 / 3);
  },
);

it.each(['adam', 'momentum'] as const)(
  'a run with %s that was stopped and gone on with ends as if it had not been',
  async (optimizer) => {
    const whole = await start('whole', { optimizer });
    const stopping = new AbortController();
    const stopped = start(
      'stopped',
      { optimizer },
      {
        signal: stopping.signal,
        onProgress: ({ epoch, step }) => {
          if (epoch === 3 && step === 2) stopping.abort(new Error('stopped'));
        },
      },
    );
    await expect(stopped).rejects.toThrow('stopped');
    const epochs: number[] = [];
    const resumed = await start(
      'stopped',
      { optimizer },
      { resume: true, onEpoch: ({ epoch }) => epochs.push(epoch) },
    );
    expect(epochs).toEqual([3, 4]);
    expect(figuresOf(resumed)).toEqual(figuresOf(whole));
    expect(resumed.answers).toEqual(whole.answers);
  },
);

it('the same seed gives the same net, another one another', async () => {
  const [first, again, other] = [await start('a', {}), await start('b', {}), await start('c', { seed: 2 })];
  expect(again.answers).toEqual(first.answers);
  expect(other.answers).not.toEqual(first.answers);
});

it('stops when nothing gets better, and keeps the best epoch', async () => {
  const { epochs, kept, validation } = await start('patient', {
    epochs: 60,
    patience: 2,
    'learning-rate': 0.1,
  });
  const losses = epochs.map((epoch) => epoch.validation.loss);
  expect(epochs.length).toBe(kept + 2);
  expect(kept).toBe(losses.indexOf(Math.min(...losses)) + 1);
  expect(validation.loss).toBeCloseTo(losses[kept - 1] ?? 0, 5);
});

it('a loss that is no number ends it, and says what to change', async () => {
  const run = start('diverged', { optimizer: 'sgd', 'learning-rate': 1e30 });
  await expect(run).rejects.toThrow(DivergedError);
  await expect(run).rejects.toThrow(/epoch 1, step \d+ of 7: try a lower --learning-rate than 1e\+30/);
});

/** All but the time that it took. */
const figuresOf = ({ epochs, training, validation, test }: Run) => ({
  epochs: epochs.map(({ seconds: _, ...figures }) => figures),
  training,
  validation,
  test,
});
