import { setTimeout as sleep } from 'node:timers/promises';
import type { Children } from '../../local/children.ts';
import { tell } from '../bench/progress.ts';
import { nextSession } from './clients/sessions.ts';
import { inquire } from './inquest.ts';
import { sumOf } from './ledger.ts';
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
  const loadOver = new AbortController();
  const harm = trial.workers.run(trial.readyWorkers, AbortSignal.any([loadOver.signal, signal]));
  await Promise.race([trial.stage.ended, visit(trial, options)]);
  loadOver.abort();
  await harm;
  trial.faults.end();

  const findings = await inquire(trial);
  clearInterval(progress);
  trial.stop();
  return { jobs, seed, engine, seconds: (performance.now() - startedAt) / 1000, ...findings };
}

/** Clients come at a steady rate, whatever becomes of those before them. Ends when the last has left. */
async function visit({ world, images }: Trial, { jobs, rate }: ChaosOptions): Promise<void> {
  const start = performance.now();
  const visits: Promise<void>[] = [];
  for (let asked = 0; asked < jobs; ) {
    const { session, images: count } = nextSession(world.random);
    const urls = Array.from({ length: Math.min(count, jobs - asked) }, (_, n) => images.url(asked + n));
    asked += urls.length;
    world.journal.count(session.name);
    visits.push(session.run(world, urls));
    await sleep(start + (asked / rate) * 1000 - performance.now(), undefined, { signal: world.signal });
  }
  await Promise.all(visits);
}

function tellProgress({ ledger, workers }: Trial, { kills }: ChaosOptions): void {
  const work = `${ledger.queued.size} queued, ${ledger.stored.size} stored`;
  const harm = `${workers.counts.killed} of ${kills} workers killed`;
  tell(`${work}; ${harm}; ${sumOf(ledger.faults)} faults in ${sumOf(ledger.calls)} calls`);
}
