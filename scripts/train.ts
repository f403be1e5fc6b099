import { createHash } from 'node:crypto';
import { access, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { readConfig } from '../shared/config.ts';
import { MODEL_NAME } from '../shared/models.ts';
import { loadBackend } from '../training/backend/load-backend.ts';
import { DatasetError, type OnStep } from '../training/datasets/dataset.ts';
import { needSpace } from '../training/datasets/disk-space.ts';
import { fingerprint } from '../training/datasets/fingerprint.ts';
import { openDataset } from '../training/datasets/open-dataset.ts';
import { type Lesson, lessonOf } from '../training/lesson.ts';
import { run } from '../training/run.ts';
import type { TrainingSettings } from '../training/settings.ts';
import { DivergedError } from '../training/steps.ts';
import { defaultHome } from '../worker/models/default-home.ts';
import { ModelError, WeightsCorruptError, WeightsUnavailableError } from '../worker/models/model-errors.ts';
import { command, OptionError, type Options, type PlannedRun, plannedRuns } from './train/options.ts';
import { trainingPage } from './train/page.ts';
import { TrainingProgress } from './train/progress.ts';
import { jsonReport, type NamedRun, textReport } from './train/report.ts';
import { addAndServe } from './train/serve.ts';

/** For checkpoints and a report: with the largest of our nets they take a tenth of it. */
const ROOM_BYTES = 50e6;

await command().action(main).parseAsync();

async function main(options: Options): Promise<void> {
  const stopping = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => stopping.abort());
  const progress = new TrainingProgress();
  try {
    await train(options, progress, stopping.signal);
  } catch (error) {
    progress.stop();
    process.exitCode = stopping.signal.aborted ? 130 : 1;
    if (stopping.signal.aborted) {
      const advice = 'The same command with --resume goes on after the last whole epoch.';
      console.error(progress.epochs > 0 ? `Stopped. ${advice}` : 'Stopped.');
    } else console.error(isExpected(error) ? error.message : error);
  }
}

async function train(options: Options, progress: TrainingProgress, signal: AbortSignal): Promise<void> {
  const plans = plannedRuns(options);
  const addAs = options.addAs === undefined ? undefined : modelName(options.addAs);
  const home = readConfig(['CLASSIFYCLOUD_HOME']).CLASSIFYCLOUD_HOME ?? defaultHome();
  const onStep: OnStep = (step) => progress.step(step);
  const dataset = await openDataset(options.dataset, { ...options, home, onStep, signal });
  progress.stop();
  for (const { file, reason } of dataset.skipped ?? []) console.error(`Left out: ${file}: ${reason}`);

  const folder = options.out ?? join(home, 'training', dataset.name);
  await mkdir(folder, { recursive: true });
  await needSpace(folder, ROOM_BYTES);
  const imagesHash = fingerprint(dataset);
  const checkpointOf = ({ settings }: PlannedRun) =>
    join(folder, `${settings.architecture}-${digest([settings, imagesHash])}.checkpoint`);
  if (options.resume && !(await anyExists(plans.map(checkpointOf)))) {
    throw new OptionError(
      `Nothing to resume: no run with these settings and images was stopped in ${folder}.`,
    );
  }

  const { tf, backend } = await loadBackend(options.backend);
  const runs: (NamedRun & { lesson: Lesson })[] = [];
  for (const plan of plans) {
    const { name, settings } = plan;
    const known = runs.find((other) => kindOf(other.run.settings) === kindOf(settings));
    const lesson =
      known?.lesson ?? (await lessonOf(settings.architecture, dataset, { home, onStep, signal }));
    const outcome = await run({
      tf,
      settings,
      ...lesson,
      checkpoint: checkpointOf(plan),
      resume: options.resume ?? false,
      onProgress: (fitted) => progress.fitting(name, fitted),
      onEpoch: (figures) => progress.epoch(name, figures, settings.epochs),
      signal,
    });
    runs.push({ name, run: outcome, lesson });
  }
  const report = { dataset, backend, runs };
  const page = join(folder, 'report.html');
  await writeFile(page, await trainingPage(report));
  console.log(options.json ? JSON.stringify(jsonReport(report)) : textReport(report));
  console.error(`Report: ${page}`);

  if (addAs === undefined) return;
  const best = runs.reduce((a, b) => (b.run.validation.loss < a.run.validation.loss ? b : a));
  console.error(await addAndServe(home, addAs, dataset, await best.lesson.graph(best.run.net)));
}

/** Nets of one kind are given the same examples. */
function kindOf({ architecture }: TrainingSettings): boolean {
  return architecture === 'inception-head';
}

/** @throws {OptionError} */
function modelName(text: string): string {
  const parsed = MODEL_NAME.safeParse(text);
  if (parsed.success) return parsed.data;
  throw new OptionError(`--add-as ${text}: a model's name ${parsed.error.issues[0]?.message}.`);
}

function digest(value: unknown): string {
  return createHash('sha256').update(JSON.stringify(value)).digest('hex').slice(0, 12);
}

async function anyExists(paths: readonly string[]): Promise<boolean> {
  const found = await Promise.all(
    paths.map((path) =>
      access(path).then(
        () => true,
        () => false,
      ),
    ),
  );
  return found.includes(true);
}

/** What a user can mend: told in a line, without a stack. */
function isExpected(error: unknown): error is Error {
  const kinds = [
    DatasetError,
    DivergedError,
    ModelError,
    OptionError,
    WeightsCorruptError,
    WeightsUnavailableError,
  ];
  return kinds.some((kind) => error instanceof kind) || isFullDisk(error);
}

/** Its message names the file that could not be written. */
function isFullDisk(error: unknown): boolean {
  return error instanceof Error && 'code' in error && (error.code === 'ENOSPC' || error.code === 'EDQUOT');
}
