import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Command } from 'commander';
import { CommandFailedError } from './run-command.ts';
import { StepProgress } from './step-progress.ts';
import { installTfjsNode, STEP_COUNT, tryOut } from './tfjs-node/install.ts';
import { examineMachine } from './tfjs-node/machine.ts';
import { problemsOf } from './tfjs-node/prerequisites.ts';

const modules = fileURLToPath(new URL('../node_modules', import.meta.url));
const installed = join(modules, '@tensorflow', 'tfjs-node');

new Command('npm run engine:tfjs-node')
  .description(
    'Installs @tensorflow/tfjs-node with TensorFlow 2.15.1, from npm and PyPI; ENGINE=tfjs then runs on it. ' +
      'Needs Linux x64, Node 20 or 22, Python 3 with pip, g++, make, and 2 GB of disk while it works.',
  )
  .action(main)
  .parse();

async function main(): Promise<void> {
  const stopping = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => stopping.abort());

  const present = await tryOut(installed, stopping.signal).catch(() => undefined);
  if (present !== undefined)
    return console.log(`@tensorflow/tfjs-node ${present} is there already and works.`);

  const machine = await examineMachine(modules);
  const problems = problemsOf(machine);
  if (problems.length > 0 || machine.nodeHeaders === undefined) return explain(problems);

  const progress = new StepProgress(STEP_COUNT);
  try {
    const { nodeHeaders } = machine;
    const onStep = (title: string) => progress.begin(title);
    await installTfjsNode({ modules, nodeHeaders, onStep, signal: stopping.signal });
    progress.stop();
    console.log('@tensorflow/tfjs-node works: ENGINE=tfjs uses it. After the next npm ci, run this again.');
  } catch (error) {
    progress.stop();
    process.exitCode = 1;
    if (stopping.signal.aborted) console.error('Stopped; nothing was left behind.');
    else console.error(error instanceof CommandFailedError ? error.message : error);
  }
}

function explain(problems: readonly string[]): void {
  console.error('@tensorflow/tfjs-node cannot be built here:');
  for (const problem of problems) console.error(`  - ${problem}.`);
  console.error('ENGINE=tfjs works without it, on WebAssembly, and is slower.');
  process.exitCode = 1;
}
