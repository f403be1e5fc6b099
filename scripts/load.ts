import './bench/environment.ts';
import { availableParallelism } from 'node:os';
import { Command, Option } from 'commander';
import { Children } from '../local/children.ts';
import { numberFrom } from './bench/options.ts';
import { textReport, verdictsOn } from './load/report.ts';
import { type LoadOptions, runLoad } from './load/run-load.ts';

// `npm run load`: more than the service can do, for minutes. Exit code 1 where a promise did not hold.
const children = new Children();
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  process.on(signal, () => {
    children.kill();
    process.exit(1);
  });
}

const program = new Command('load')
  .description('Ask a service of this machine for more than it can do, and judge what becomes of it.')
  .option('--seconds <s>', 'how long the load lasts', numberFrom(1), 300)
  .option('--factor <x>', 'of the capacity, which is measured first', numberFrom(0.1), 2)
  .option('--workers <n>', 'worker processes', numberFrom(1), availableParallelism())
  .addOption(
    new Option('--engine <name>', 'what classifies; echo only waits')
      .choices(['auto', 'onnx', 'echo'])
      .default('auto'),
  )
  .option('--echo-ms <ms>', 'time of the echo engine for an image', numberFrom(0), 100)
  .option('--deadline <s>', 'from acceptance to the deadline', numberFrom(1), 120)
  .option('--json', 'print one JSON object instead of the report');
program.parse();
const { json, ...options } = program.opts<LoadOptions & { json?: boolean }>();

try {
  const report = await runLoad(children, options);
  const verdicts = verdictsOn(report);
  console.log(json ? JSON.stringify({ ...report, verdicts }) : textReport(report));
  children.kill();
  process.exit(verdicts.every(({ held }) => held) ? 0 : 1);
} catch (error) {
  children.kill();
  throw error;
}
