import './bench/environment.ts';
import { writeFile } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { Command, InvalidArgumentError, Option } from 'commander';
import { Children } from '../local/children.ts';
import { SETTINGS } from '../shared/config.ts';
import { benchCache, type CacheOptions } from './bench/cache-mode.ts';
import { benchCold, type ColdOptions } from './bench/cold-mode.ts';
import { benchCommandLine, type CommandLineOptions } from './bench/command-line-mode.ts';
import { benchEngine, type EngineOptions } from './bench/engine-mode.ts';
import { htmlPage } from './bench/html.ts';
import { thisMachine } from './bench/machine.ts';
import { benchMemory, type MemoryOptions } from './bench/memory-mode.ts';
import { benchModels, type ModelsOptions } from './bench/models-mode.ts';
import {
  countFrom,
  countsFrom,
  numberFrom,
  type OutputOptions,
  withFleet,
  withOutput,
  withSpan,
  withTarget,
} from './bench/options.ts';
import { benchOverhead, CONCURRENCIES, type OverheadOptions } from './bench/overhead-mode.ts';
import { benchPaper, type PaperOptions, SCENARIOS } from './bench/paper-mode.ts';
import { type Finding, toJson } from './bench/report.ts';
import { benchService, type ServiceOptions } from './bench/service-mode.ts';
import { textReport } from './bench/table.ts';

// `npm run bench -- MODE`: figures of this service, each with what it takes to take them again.
const children = new Children();
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  process.on(signal, () => {
    children.kill();
    process.exit(1);
  });
}

const program = new Command('bench').description('Measure the engine and the service on this machine.');

withOutput(withSpan(program.command('engine'), 5))
  .description('the engine without the service: JPEG bytes in, labels out, on all cores')
  .option('--rounds <n>', 'how often the engines take turns', countFrom(1), 3)
  .option('--threads <n>', 'inference threads, side by side', countFrom(1), availableParallelism())
  .option('--no-tfjs', 'leave out TensorFlow.js, which is slow')
  .option('--no-decode', 'the net alone, and its share of the machine’s measured peak')
  .action((options: EngineOptions & OutputOptions) => run(options, () => benchEngine(options)));

withOutput(withFleet(withTarget(withSpan(program.command('service'), 10))))
  .description('the whole path under load, beside the bare engine')
  .option('--rounds <n>', 'how often the engine and the service take turns', countFrom(1), 3)
  .option('--rate <n>', 'requests a second of the open loop', numberFrom(0.1))
  .action((options: ServiceOptions & OutputOptions) => run(options, () => benchService(children, options)));

withOutput(withFleet(withTarget(withSpan(program.command('overhead'), 10))))
  .description('what the service itself costs: an engine that answers at once')
  .option('--concurrency <n...>', 'requests at once', countsFrom(1, CONCURRENCIES), CONCURRENCIES)
  .option('--profile <dir>', 'profile the processes at the last of these, into this folder')
  .action((options: OverheadOptions & OutputOptions) => run(options, () => benchOverhead(children, options)));

withOutput(withTarget(program.command('paper')))
  .description('the seed’s experiment: 40 requests at once, 120 s')
  .addOption(
    new Option('--from <fleet...>', 'which fleets to begin from').choices(SCENARIOS).default([...SCENARIOS]),
  )
  .option('--workers <n>', 'workers at most, and of the warm fleet', countFrom(1), availableParallelism())
  .option('--boot-seconds <s>', 'how long a simulated machine takes to boot', numberFrom(0), 25)
  .option('--phases <n>', 'bursts from each fleet, evenly between two ticks', countFrom(1), 5)
  .action((options: PaperOptions & OutputOptions) => run(options, () => benchPaper(children, options)));

withOutput(withFleet(withSpan(program.command('command-line'), 5)))
  .description('a folder classified from the command line, beside the service under load')
  .option('--images <n>', 'files in the folder', countFrom(1), 200)
  .option('--rounds <n>', 'how often the service and the command take turns', countFrom(1), 3)
  .action((options: CommandLineOptions & OutputOptions) =>
    run(options, () => benchCommandLine(children, options)),
  );

withOutput(program.command('cold'))
  .description('from a worker’s process to its first result, by stage')
  .option('--runs <n>', 'starts, of which the medians are told', countFrom(1), 7)
  .option('--threads <n>', 'inference threads of the worker', countFrom(1), 1)
  .action((options: ColdOptions & OutputOptions) => run(options, () => benchCold(children, options)));

withOutput(program.command('memory'))
  .description('what a worker’s memory comes to over many jobs')
  .option('--jobs <n>', 'jobs for each worker', countFrom(1), 10_000)
  .option('--lone-threads <n>', 'threads that a worker puts on an image that is alone in it', countFrom(1), 1)
  .action((options: MemoryOptions & OutputOptions) => run(options, () => benchMemory(children, options)));

withOutput(program.command('cache'))
  .description('what a worker takes for an image that it knows, and for one that it does not')
  .option('--images <n>', 'images of each kind', countFrom(1), 100)
  .action((options: CacheOptions & OutputOptions) => run(options, () => benchCache(options)));

withOutput(program.command('models'))
  .description('several models in one worker: the first answer of each, and their memory')
  .option('--jobs <n>', 'jobs for all three in turn', countFrom(1), 300)
  .option('--threads <n>', 'inference threads', countFrom(1), 1)
  .option(
    '--memory-mb <n>',
    'what models may take for each thread, as MODEL_MEMORY_MB',
    countFrom(1),
    SETTINGS.MODEL_MEMORY_MB.parse(undefined),
  )
  .action((options: ModelsOptions & OutputOptions) => run(options, () => benchModels(children, options)));

await program.parseAsync();

async function run({ json, html }: OutputOptions, bench: () => Promise<Finding>): Promise<void> {
  const machine = thisMachine();
  try {
    const { plots, ...finding } = await bench();
    const report = { ...finding, machine };
    if (html !== undefined) await writeFile(html, htmlPage(report, plots));
    console.log(json ? toJson(report) : textReport(report));
    children.kill();
    process.exit(0); // the SDK's idle connections would keep the process for a while
  } catch (error) {
    children.kill();
    if (error instanceof InvalidArgumentError) program.error(`error: ${error.message}`);
    throw error;
  }
}
