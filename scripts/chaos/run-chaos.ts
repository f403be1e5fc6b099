import type { Children } from '../../local/children.ts';
import { tell } from '../bench/progress.ts';
import { inquire } from './inquest.ts';
import { sumOf } from './ledger.ts';
import { Load } from './load.ts';
import type { ChaosReport } from './report.ts';
import { type ChaosOptions, prepareTrial, type Trial } from './trial.ts';

const PROGRESS_EVERY_MS = 5_000;

/** Runs the service under faults, and compares what was asked with what was stored and told. */
export async function runChaos(
  children: Children,
  options: ChaosOptions,
  signal: AbortSignal,
): Promise<ChaosReport> {
  const startedAt = performance.now();
  const { jobs, seed, engine, rate } = options;
  tell(`starting the service with engine ${engine}`);
  const trial = await prepareTrial(children, options, signal);
  const progress = setInterval(() => tellProgress(trial, options), PROGRESS_EVERY_MS);

  tell(`asking for ${jobs} images, ${rate} a second`);
  trial.faults.begin();
  const loadFrom = performance.now();
  const loadOver = new AbortController();
  const load = new Load();
  const harm = trial.workers.run(() => load.asked / jobs, trial, AbortSignal.any([loadOver.signal, signal]));
  await Promise.race([trial.stage.ended, load.run(trial, options)]);
  loadOver.abort();
  await harm;
  trial.faults.end();

  const findings = await inquire(trial, performance.now() - loadFrom);
  clearInterval(progress);
  trial.stop();
  return { jobs, seed, engine, seconds: (performance.now() - startedAt) / 1000, ...findings };
}

function tellProgress({ ledger, workers }: Trial, { kills }: ChaosOptions): void {
  const work = `${ledger.queued.size} queued, ${ledger.stored.size} stored`;
  const harm = `${workers.counts.killed} of ${kills} workers killed`;
  tell(`${work}; ${harm}; ${sumOf(ledger.faults)} faults in ${sumOf(ledger.calls)} calls`);
}
