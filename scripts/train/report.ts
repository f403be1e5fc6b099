import type { Dataset } from '../../training/datasets/dataset.ts';
import type { Run } from '../../training/run.ts';

/** A run with what sets it apart, such as `dropout=0.3`. */
export interface NamedRun {
  readonly name: string;
  readonly run: Run;
}

export interface TrainingReport {
  readonly dataset: Dataset;
  readonly backend: string;
  readonly runs: readonly NamedRun[];
}

const WORST = 24;

/** A test image that was taken for another class. */
export interface Mistake {
  /** Among the test images. */
  readonly index: number;
  /** Classes by index. */
  readonly actual: number;
  readonly predicted: number;
  /** Of the class that it was taken for, 0..1. */
  readonly confidence: number;
}

/** How often images of one class (row) were taken for another (column). */
export function confusionOf({ classes, test }: Dataset, { answers }: Run): number[][] {
  const counts = classes.map(() => classes.map(() => 0));
  for (const [at, label] of test.labels.entries()) {
    const row = counts[label];
    const column = answers.predicted[at] ?? 0;
    if (row !== undefined) row[column] = (row[column] ?? 0) + 1;
  }
  return counts;
}

/** What the net was surest of, and wrong. */
export function worstOf({ test }: Dataset, { answers }: Run): Mistake[] {
  const mistakes = Array.from(test.labels, (actual, index) => ({
    index,
    actual,
    predicted: answers.predicted[index] ?? 0,
    confidence: answers.confidence[index] ?? 0,
  })).filter(({ actual, predicted }) => actual !== predicted);
  return mistakes.sort((a, b) => b.confidence - a.confidence).slice(0, WORST);
}

/** By how much it does better on what it learnt by heart than on what it never saw, 0..1. */
export const gapOf = ({ training, test }: Run): number => training.accuracy - test.accuracy;

/** For programs: shares 0..1, seconds. */
export function jsonReport({ dataset, backend, runs }: TrainingReport) {
  return {
    mode: 'train',
    dataset: { name: dataset.name, source: dataset.source, classes: dataset.classes },
    backend,
    runs: runs.map(({ name, run }) => ({
      name,
      settings: run.settings,
      parameters: run.parameters,
      examples: run.examples,
      seconds: run.seconds,
      kept: run.kept,
      training: run.training,
      validation: run.validation,
      test: run.test,
      gap: gapOf(run),
      epochs: run.epochs,
      confusion: confusionOf(dataset, run),
      worst: worstOf(dataset, run).map(({ actual, predicted, ...mistake }) => ({
        ...mistake,
        ...(dataset.test.files && { file: dataset.test.files[mistake.index] }),
        actual: dataset.classes[actual],
        predicted: dataset.classes[predicted],
      })),
    })),
  };
}

/** For people, without a line end at the end. */
export function textReport({ dataset, backend, runs }: TrainingReport): string {
  const { training, validation, test } = runs[0]?.run.examples ?? { training: 0, validation: 0, test: 0 };
  const width = Math.max(...runs.map(({ name }) => name.length));
  const columns = ['training', 'validation', 'test', 'gap', 'epochs', 'seconds'];
  const line = (name: string, cells: readonly string[]) =>
    `${name.padEnd(width)}${cells.map((cell, at) => cell.padStart(Math.max(columns[at]?.length ?? 0, 7) + 2)).join('')}`;
  return [
    `${dataset.name}: ${training} images to learn from, ${validation} to watch by, ${test} for the test; backend ${backend}`,
    line('', columns),
    ...runs.map(({ name, run }) =>
      line(name, [
        percent(run.training.accuracy),
        percent(run.validation.accuracy),
        percent(run.test.accuracy),
        percent(gapOf(run)),
        run.kept === run.epochs.length ? String(run.kept) : `${run.kept} of ${run.epochs.length}`,
        run.seconds.toFixed(0),
      ]),
    ),
  ].join('\n');
}

export const percent = (share: number): string => `${(100 * share).toFixed(1)} %`;
