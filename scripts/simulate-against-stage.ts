import './bench/environment.ts';
import { Command } from 'commander';
import { Children } from '../local/children.ts';
import { type Assumptions, DEFAULTS, type Trace } from '../scaler/simulator/assumptions.ts';
import { simulatePolicy } from '../scaler/simulator/policies.ts';
import { numberFrom } from './bench/options.ts';
import { tell } from './bench/progress.ts';
import { mean } from './bench/statistics.ts';
import { type Outcome, runOnStage, type StageOutcome } from './simulate/run-on-stage.ts';
import { textTable } from './simulate/table.ts';

/*
 * Does the simulator agree with the real thing? The same traces go through the simulator and through `npm start`: real
 * queues, ticks, worker processes, with an engine that takes 500 ms a job and machines that take their time to boot.
 */
const TRACES: readonly Trace[] = [
  trace('200 at once', new Array<number>(200).fill(0)),
  // After t seconds 0.1 t² requests have come: 12 a second at the end of the minute.
  trace(
    'ramp',
    Array.from({ length: 360 }, (_, index) => Math.sqrt(index / 0.1) * 1000),
  ),
];
/** The tick's phase is chance; the simulator tells the mean of so many. */
const SEEDS = 20;

const children = new Children();
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
  process.on(signal, () => {
    children.kill();
    process.exit(1);
  });

await new Command('simulate-against-stage')
  .description('Run traces through the simulator and through `npm start`, and compare.')
  .option('--boot-seconds <s>', 'how long a simulated machine takes to boot', numberFrom(0), 10)
  .option('--runs <n>', 'how often each trace goes through the stage', numberFrom(1), 2)
  .action(compare)
  .parseAsync();
process.exit(0);

async function compare({ bootSeconds, runs }: { bootSeconds: number; runs: number }): Promise<void> {
  const assumptions: Assumptions = {
    ...DEFAULTS,
    serviceMs: 500,
    bootSeconds,
    bootSpread: 0,
    bootFailure: 0,
    describeLagSeconds: 0,
    maxWorkers: 8,
    stabilisationSeconds: 60,
  };
  const rows: string[][] = [];
  for (const one of TRACES) {
    const real: StageOutcome[] = [];
    for (let run = 1; run <= runs; run++) {
      tell(`${one.name}, run ${run} of ${runs} through npm start`);
      real.push(await runOnStage(children, one, assumptions, bootSeconds));
    }
    // With what the workers' own start took on this machine, as busy as it is.
    const boots = real.flatMap((outcome) => outcome.bootSeconds);
    const booting = boots.length > 0 ? mean(boots) : bootSeconds;
    const simulated = await simulateOften(one, { ...assumptions, bootSeconds: booting });
    tell(`${one.name}: ready ${booting.toFixed(1)} s after the launch`);
    const row = (what: string, of: (outcome: Outcome) => number) => {
      const [there, here] = [mean(real.map(of)), mean(simulated.map(of))];
      rows.push([
        `${one.name}: ${what}`,
        there.toFixed(0),
        here.toFixed(0),
        `${((here / there - 1) * 100).toFixed(1)} %`,
      ]);
    };
    row('mean wait, ms', ({ meanMs }) => meanMs);
    row('machine seconds', ({ machineSeconds }) => machineSeconds);
  }
  console.log(textTable(['', 'npm start', 'simulator', 'difference'], rows));
}

async function simulateOften(of: Trace, assumptions: Assumptions): Promise<Outcome[]> {
  const outcomes: Outcome[] = [];
  for (let seed = 1; seed <= SEEDS; seed++) {
    const { figures } = await simulatePolicy('backlog', of, { ...assumptions, seed });
    outcomes.push({ meanMs: figures.meanMs ?? Number.NaN, machineSeconds: figures.instanceSeconds });
  }
  return outcomes;
}

function trace(name: string, times: readonly number[]): Trace {
  const arrivals = Float64Array.from(times);
  return { name, arrivals, durationMs: arrivals[arrivals.length - 1] ?? 0 };
}
