import './bench/environment.ts';
import { randomInt } from 'node:crypto';
import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { devNull } from 'node:os';
import { Command, Option } from 'commander';
import { Children } from '../local/children.ts';
import { numberFrom } from './bench/options.ts';
import { textReport } from './chaos/report.ts';
import { runChaos } from './chaos/run-chaos.ts';

// `npm run chaos`: the service under faults, and an audit of every promise. Exit code 1 where one was broken.
const children = new Children();
const stopping = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  process.on(signal, () => {
    stopping.abort();
    children.kill();
    process.exit(1);
  });
}

interface Options {
  jobs: number;
  seed: number;
  engine: 'echo' | 'onnx';
  rate: number;
  kills?: number;
  faults: number;
  deadline: number;
  log: string;
  json?: boolean;
}

const JOBS_FOR_A_KILL = 45;

const program = new Command('chaos')
  .description('Run the service while its parts fail, and audit what became of every request.')
  .option('--jobs <n>', 'images to ask for', numberFrom(1), 500)
  .option('--seed <n>', 'repeats the faults of an earlier run', numberFrom(0), randomInt(1_000_000))
  .addOption(
    new Option('--engine <name>', 'what classifies; echo only answers')
      .choices(['echo', 'onnx'])
      .default('echo'),
  )
  .option('--rate <n>', 'images a second', numberFrom(0.1), 20)
  .option('--kills <n>', `workers to kill; one for every ${JOBS_FOR_A_KILL} jobs unless said`, numberFrom(0))
  .option('--faults <share>', 'of the calls to the cloud, 0..1; outages come on top', numberFrom(0), 0.07)
  .option('--deadline <s>', 'from acceptance to the deadline', numberFrom(1), 120)
  .option('--log <file>', 'where the service’s own log goes', devNull)
  .option('--json', 'print one JSON object instead of the report');
program.parse();
const { json, log: logFile, ...options } = program.opts<Options>();

try {
  const kills = options.kills ?? Math.ceil(options.jobs / JOBS_FOR_A_KILL);
  const log = createWriteStream(logFile);
  await once(log, 'open');
  const report = await runChaos(children, { ...options, kills, log }, stopping.signal);
  console.log(json ? JSON.stringify(report) : textReport(report));
  if (!json) console.log(`Again: npm run chaos -- ${repeats({ ...options, kills })}`);
  children.kill();
  process.exit(report.violations.length === 0 ? 0 : 1);
} catch (error) {
  children.kill();
  throw error;
}

function repeats(all: object): string {
  return Object.entries(all)
    .map(([name, value]) => `--${name} ${value}`)
    .join(' ');
}
