import type { Children } from '../../local/children.ts';
import { togetherMb } from './memory-together.ts';
import { type FleetOptions, fleetSettings } from './options.ts';
import type { Plot, Series } from './plot.ts';
import { familyOf, roleOf } from './processes.ts';
import { tell } from './progress.ts';
import { type Finding, figuresOf, type Row } from './report.ts';
import { mean } from './statistics.ts';
import { openTarget, type Target } from './target.ts';

export interface MemoryOptions extends Pick<FleetOptions, 'loneThreads'> {
  jobs: number;
}

/** A worker's memory after some jobs, with that of the processes that it started. */
interface Sample {
  jobs: number;
  rssMb: number;
  /** What they share counted once; absent where the system does not tell. */
  togetherMb?: number;
}

const THREADS = [1, 2];
const AT_ONCE = 16;
const TIMEOUT_MS = 120_000;
const SAMPLES = 100;
const SHOWN = 10;
/** Growth from the second tenth of the jobs to the last up to which memory counts as flat. */
const FLAT = 0.05;

/** What a worker's memory comes to over many jobs, with one thread and with two. The report's own is that of one thread. */
export async function benchMemory(
  children: Children,
  { jobs, loneThreads }: MemoryOptions,
): Promise<Finding> {
  const rows: Row[] = [];
  const notes: string[] = [];
  const series: Series[] = [];
  for (const threads of THREADS) {
    const target = await openTarget(children, fleetSettings({ workers: 1, threads, loneThreads }), undefined);
    const name = `${threads} thread${threads > 1 ? 's' : ''}`;
    const samples = await sampleWhileWorking(target, jobs, name);
    await target.stop();
    rows.push({ name: `${name}, at most`, jobs, ...highest(samples) });
    const shown = samples.filter((_, index) => (index + 1) % (SAMPLES / SHOWN) === 0);
    rows.push(...shown.map((sample) => ({ name, ...sample })));
    notes.push(`${name}: ${growth(samples)}`);
    series.push({ label: name, points: samples.map((sample) => [sample.jobs, sample.rssMb] as const) });
  }
  const plot: Plot = {
    kind: 'lines',
    title: 'Resident memory of a worker',
    xLabel: 'jobs',
    unit: 'MB',
    series,
  };
  const [first] = rows;
  return {
    mode: 'memory',
    ...(first && figuresOf(first)),
    rows,
    configuration: { engine: process.env.ENGINE || 'auto', jobs, atOnce: AT_ONCE, loneThreads },
    notes: [
      ...notes,
      'RSS: resident memory of a worker and of the processes that it started, what they share counted in each; together: what they share of a program’s file counted once. By /proc, every hundredth of the jobs.',
    ],
    plots: [plot],
  };
}

function highest(samples: readonly Sample[]): Omit<Sample, 'jobs'> {
  const together = samples.flatMap(({ togetherMb }) => togetherMb ?? []);
  return {
    rssMb: Math.max(...samples.map(({ rssMb }) => rssMb)),
    ...(together.length > 0 && { togetherMb: Math.max(...together) }),
  };
}

async function sampleWhileWorking(target: Target, jobs: number, name: string): Promise<Sample[]> {
  const sockets = await target.connect(AT_ONCE);
  const samples: Sample[] = [];
  const every = Math.max(1, Math.floor(jobs / SAMPLES));
  let begun = 0;
  let done = 0;
  const work = async (socket: (typeof sockets)[number]) => {
    while (begun++ < jobs) {
      const answer = await socket.classify(target.nextUrl(), TIMEOUT_MS);
      if (answer.kind !== 'result') throw new Error(`a job ended as ${JSON.stringify(answer)}`);
      if (++done % every === 0) await sample(done);
    }
  };
  const sample = async (after: number) => {
    const processes = await target.processes();
    const worker = processes.find((one) => roleOf(one) === 'worker');
    if (worker === undefined) return;
    const family = familyOf(worker.pid, processes);
    const rssMb = family.reduce((sum, one) => sum + one.rssMb, 0);
    const together = await togetherMb(family.map(({ pid }) => pid));
    samples.push({ jobs: after, rssMb, ...(together !== undefined && { togetherMb: together }) });
    if (after % (every * SHOWN) === 0) tell(`${name}: ${after} of ${jobs} jobs, ${rssMb.toFixed(0)} MB`);
  };
  await Promise.all(sockets.map(work));
  for (const socket of sockets) socket.close();
  return samples;
}

/** Whether memory grew once the worker had warmed up, in words. */
export function growth(samples: readonly { rssMb: number }[]): string {
  const tenth = Math.ceil(samples.length / 10);
  const warm = samples.slice(tenth, 2 * tenth).map(({ rssMb }) => rssMb);
  const last = samples.slice(-tenth).map(({ rssMb }) => rssMb);
  if (warm.length === 0) return 'too few samples to tell whether memory is flat';
  const share = mean(last) / mean(warm) - 1;
  const verdict = share <= FLAT ? 'flat' : 'growing';
  return `${verdict}: ${(share * 100).toFixed(1)} % from the second tenth of the jobs to the last`;
}
