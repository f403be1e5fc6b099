import { createHash } from 'node:crypto';
import { access, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { readConfig } from '../shared/config.ts';
import { loadBackend } from '../training/backend/load-backend.ts';
import { DatasetError } from '../training/datasets/dataset.ts';
import { fingerprint } from '../training/datasets/fingerprint.ts';
import { openDataset } from '../training/datasets/open-dataset.ts';
import { imageExamples } from '../training/examples.ts';
import { DivergedError } from '../training/fit.ts';
import { run } from '../training/run.ts';
import { defaultHome } from '../worker/models/default-home.ts';
import { command, OptionError, type Options, type PlannedRun, plannedRuns } from './train/options.ts';
import { trainingPage } from './train/page.ts';
import { TrainingProgress } from './train/progress.ts';
import { jsonReport, type NamedRun, textReport } from './train/report.ts';

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
    if (stopping.signal.aborted)
      console.error('Stopped. The same command with --resume goes on after the last whole epoch.');
    else console.error(isExpected(error) ? error.message : error);
  }
}

async function train(options: Options, progress: TrainingProgress, signal: AbortSignal): Promise<void> {
  const plans = plannedRuns(options);
  const home = readConfig(['CLASSIFYCLOUD_HOME']).CLASSIFYCLOUD_HOME ?? defaultHome();
  const dataset = await openDataset(options.dataset, { home, onStep: (step) => progress.step(step), signal });
  progress.stop();
  const folder = options.out ?? join(home, 'training', `${dataset.name}-${options.architecture}`);
  await mkdir(folder, { recursive: true });
  const imagesHash = fingerprint(dataset);
  const checkpointOf = ({ settings }: PlannedRun) =>
    join(folder, `${digest([settings, imagesHash])}.checkpoint`);
  if (options.resume && !(await anyExists(plans.map(checkpointOf)))) {
    throw new OptionError(
      `Nothing to resume: no run with these settings and images was stopped in ${folder}.`,
    );
  }

  const { tf, backend } = await loadBackend(options.backend);
  const examples = {
    training: imageExamples(dataset.training, dataset.classes.length, dataset.shape),
    test: imageExamples(dataset.test, dataset.classes.length, dataset.shape),
  };
  const runs: NamedRun[] = [];
  for (const plan of plans) {
    const { name, settings } = plan;
    const outcome = await run({
      tf,
      settings,
      ...examples,
      checkpoint: checkpointOf(plan),
      resume: options.resume ?? false,
      onProgress: (fitted) => progress.fitting(name, fitted),
      onEpoch: (figures) => progress.epoch(name, figures, settings.epochs),
      signal,
    });
    runs.push({ name, run: outcome });
  }
  const report = { dataset, backend, runs };
  const page = join(folder, 'report.html');
  await writeFile(page, await trainingPage(report));
  console.log(options.json ? JSON.stringify(jsonReport(report)) : textReport(report));
  console.error(`Report: ${page}`);
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
  return [DatasetError, DivergedError, OptionError].some((kind) => error instanceof kind);
}
