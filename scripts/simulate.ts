import './simulate/environment.ts';
import { access, constants, mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { Command } from 'commander';
import type { Trace } from '../scaler/simulator/assumptions.ts';
import { simulatePolicy } from '../scaler/simulator/policies.ts';
import type { Simulation } from '../scaler/simulator/simulate.ts';
import { makeWorkload } from '../scaler/simulator/workloads.ts';
import { svgFile } from './bench/plot.ts';
import { frontierOf, frontierTable } from './simulate/frontier.ts';
import { assumptionsOf, type Options, OptionsError, readOptions, withOptions } from './simulate/options.ts';
import { simulationPage } from './simulate/page.ts';
import { plotsOf } from './simulate/plots.ts';
import { readTrace, TraceError } from './simulate/read-trace.ts';
import { figuresTable } from './simulate/table.ts';
import { StepProgress } from './step-progress.ts';

// `npm run simulate`: what a policy of the load balancer makes of a day, in seconds.
const program = withOptions(new Command('simulate'))
  .description('Run policies of the load balancer on a workload, on simulated machines.')
  .action(async (given: Record<string, unknown>) => {
    try {
      await run(readOptions(given));
    } catch (error) {
      if (!(error instanceof OptionsError || error instanceof TraceError)) throw error;
      console.error(error.message);
      process.exitCode = 1;
    }
  });
await program.parseAsync();

async function run(options: Options): Promise<void> {
  const assumptions = assumptionsOf(options);
  const traces = await tracesOf(options);
  if (options.frontier) return showFrontier(traces, options);
  await makeSureOfPlaces(options);

  const progress = new StepProgress(traces.length * options.policy.length);
  const simulations: Simulation[] = [];
  for (const trace of traces)
    for (const policy of options.policy) {
      progress.begin(`${policy} on ${trace.name}, ${trace.arrivals.length} requests`);
      simulations.push(await simulatePolicy(policy, trace, assumptions));
    }
  progress.stop();

  const { html, svg } = options;
  if (html !== undefined) await writeFile(html, simulationPage(simulations, assumptions));
  if (svg !== undefined) await writePlots(svg, simulations);
  const figures = simulations.map((simulation) => simulation.figures);
  if (options.json) console.log(JSON.stringify(figures.length === 1 ? figures[0] : figures, null, 2));
  else
    for (const { name } of traces)
      console.log(`${name}\n${figuresTable(figures.filter(({ trace }) => trace === name))}\n`);
}

async function tracesOf({ trace, workload = ['burst-40'], seed }: Options): Promise<Trace[]> {
  if (trace !== undefined) return [await readTrace(trace)];
  return workload.map((name) => makeWorkload(name, seed));
}

async function showFrontier(traces: readonly Trace[], options: Options): Promise<void> {
  const progress = new StepProgress(traces.length);
  const all = [];
  for (const trace of traces) {
    progress.begin(`backlog on ${trace.name}, over its settings`);
    all.push({ trace: trace.name, points: await frontierOf(trace, assumptionsOf(options)) });
  }
  progress.stop();
  if (options.json) console.log(JSON.stringify(all, null, 2));
  else for (const { trace, points } of all) console.log(`${trace}\n${frontierTable(points)}\n`);
}

/** Whoever has waited for a simulation is not to learn then that there is no place for what came of it. */
async function makeSureOfPlaces({ html, svg }: Options): Promise<void> {
  const problems: string[] = [];
  const attempt = (option: string, what: Promise<unknown>) =>
    what.catch((error: Error) => problems.push(`${option} cannot be written: ${error.message}`));
  if (html !== undefined) await attempt('--html', access(dirname(html), constants.W_OK));
  if (svg !== undefined) await attempt('--svg', mkdir(svg, { recursive: true }));
  if (problems.length > 0) throw new OptionsError(problems.join('\n'));
}

async function writePlots(folder: string, simulations: readonly Simulation[]): Promise<void> {
  for (const simulation of simulations)
    for (const plot of plotsOf(simulation)) {
      const [, what = ''] = plot.title.split(': ');
      await writeFile(
        join(folder, `${simulation.figures.trace}-${simulation.figures.policy}-${what}.svg`),
        svgFile(plot),
      );
    }
}
