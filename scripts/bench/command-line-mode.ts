import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Children } from '../../local/children.ts';
import { classifyFolder, type FolderRun, writeFolder } from './classify-folder.ts';
import { type FleetOptions, fleetSettings } from './options.ts';
import { processRows, type Strain } from './process-rows.ts';
import { tell } from './progress.ts';
import type { Finding, Row } from './report.ts';
import { Series } from './series.ts';
import { closed, LOADED } from './service-rounds.ts';
import { mean, median } from './statistics.ts';
import { underStrain } from './strain.ts';
import { openTarget, type Target } from './target.ts';
import { warmUpService } from './warm-up.ts';

export interface CommandLineOptions extends FleetOptions {
  duration: number;
  warmUp: number;
  rounds: number;
  /** Files in the folder. */
  images: number;
}

/**
 * `classifycloud classify FOLDER`, which uploads each file, beside the service under the load of `bench -- service`. The
 * service is measured right before and right after each run, so that a machine whose speed drifts does not show.
 */
export async function benchCommandLine(children: Children, options: CommandLineOptions): Promise<Finding> {
  const { rounds, duration, warmUp, images } = options;
  const settings = { ...fleetSettings(options), CACHE_MB: '0' };
  const span = { warmUpMs: warmUp * 1000, durationMs: duration * 1000 };
  const target = await openTarget(children, settings, undefined);
  const folder = await mkdtemp(join(tmpdir(), 'classifycloud-bench-'));
  const service = new Series();
  const runs: FolderRun[] = [];
  const ratios: number[] = [];
  let strain: Strain | undefined;
  let serviceCpuMs = 0;
  try {
    await warmUpService(target, LOADED, span, 'own');
    await writeFolder(folder, images, 0);
    await classifyFolder(children, target, folder);
    for (let round = 1; round <= rounds; round++) {
      tell(`round ${round} of ${rounds}`);
      const before = service.add(await closed(target, LOADED, span));
      await writeFolder(folder, images, round);
      tell(`classify of ${images} files`);
      const one = await strained(target, () => classifyFolder(children, target, folder));
      runs.push(one.run);
      strain = one.strain;
      const load = await underStrain(target, () => closed(target, LOADED, span));
      serviceCpuMs = cpuMsPerImage(load.strain);
      const after = service.add(load.measured);
      ratios.push(rateBetween([one.run]) / mean([before, after]));
    }
  } finally {
    await rm(folder, { recursive: true });
    await target.stop();
  }
  const running: Row = {
    name: `classify of ${images} files, once it runs`,
    imagesPerSecond: rateBetween(runs),
    serviceRatio: median(ratios),
    answered: sum(runs.map(({ answered }) => answered)),
    errors: sum(runs.map(({ errors }) => errors)),
  };
  return {
    mode: 'command-line',
    ...running,
    rows: [
      { name: `the service, ${LOADED} at once`, ...service.figures() },
      running,
      { name: '… with its start and its end', imagesPerSecond: rate(runs, ({ seconds }) => seconds) },
      ...(strain ? processRows(strain, 'the command') : []),
    ],
    configuration: { ...settings, images, rounds, duration, warmUp },
    notes: [
      `× service: the median of the rounds (${ratios.map((one) => one.toFixed(3)).join(', ')}).`,
      `CPU of all processes for an image: ${serviceCpuMs.toFixed(1)} ms, and ${strain ? cpuMsPerImage(strain).toFixed(1) : '?'} ms with the command.`,
      'Once it runs: from its first line to its last, which is without what Node takes to start.',
    ],
    plots: [],
  };
}

async function strained(
  target: Target,
  act: () => Promise<FolderRun>,
): Promise<{ run: FolderRun; strain: Strain }> {
  const before = await target.processes();
  const run = await act();
  const after = await target.processes();
  return { run, strain: { before, after, ownCpuMs: run.cpuMs, images: run.answered } };
}

const cpuMsPerImage = (strain: Strain) => sum(processRows(strain).map((row) => row.cpuMsPerImage ?? 0));
const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);
/** The first line begins the time between the lines, and is not of it. */
const rateBetween = (runs: readonly FolderRun[]) =>
  sum(runs.map(({ answered }) => answered - 1)) / sum(runs.map(({ secondsBetween }) => secondsBetween));
const rate = (runs: readonly FolderRun[], secondsOf: (run: FolderRun) => number) =>
  sum(runs.map(({ answered }) => answered)) / sum(runs.map(secondsOf));
