import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { constants } from 'node:os';
import { fileURLToPath } from 'node:url';
import type { Command } from 'commander';

const root = fileURLToPath(new URL('../..', import.meta.url));

/** A program of the repository's, with the words that it takes first. */
interface Program {
  name: string;
  description: string;
  words: readonly string[];
}

const PROGRAMS: readonly Program[] = [
  {
    name: 'keys',
    description: 'who may use a stage: make, list and revoke API keys',
    words: ['create', 'list', 'revoke'],
  },
  {
    name: 'dead-letters',
    description: 'what nobody could finish: look, try again, or let go',
    words: ['list', 'show', 'redrive', 'drop'],
  },
  {
    name: 'models',
    description: 'the models that can classify: list, pull, add, remove, verify, push',
    words: ['list', 'pull', 'add', 'remove', 'verify', 'push'],
  },
  { name: 'train', description: 'train a model on images of your own', words: [] },
  { name: 'logs', description: 'what a stage logged', words: [] },
  { name: 'costs', description: 'what a stage costs', words: [] },
  { name: 'simulate', description: 'what the load balancer makes of a workload', words: [] },
  {
    name: 'bench',
    description: 'how fast it is on this machine',
    words: ['engine', 'service', 'overhead', 'paper', 'command-line', 'cold', 'memory', 'models', 'cache'],
  },
];

const fileOf = (name: string) => `${root}scripts/${name}.ts`;

/** Those that are there. */
export const programs = (): readonly Program[] => PROGRAMS.filter(({ name }) => existsSync(fileOf(name)));

/** Adds each as a command, which hands all that follows its name on to it. */
export function addPrograms(program: Command): void {
  program.enablePositionalOptions();
  for (const { name, description } of programs())
    program
      .command(name)
      .description(description)
      .argument('[args...]')
      .usage('[options]')
      .helpOption(false)
      .allowUnknownOption()
      .passThroughOptions()
      .action(async (args: string[]) => {
        process.exitCode = await runProgram(fileOf(name), args);
      });
}

/** @returns its exit code */
function runProgram(file: string, args: readonly string[]): Promise<number> {
  // Ctrl-C reaches it as well as us: it is for it to end, and for us to wait.
  const ignore = () => {};
  process.on('SIGINT', ignore);
  const child = spawn(process.execPath, ['--import', import.meta.resolve('tsx'), file, ...args], {
    stdio: 'inherit',
  });
  const passOn = (signal: NodeJS.Signals) => void child.kill(signal);
  process.on('SIGTERM', passOn).on('SIGHUP', passOn);
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (code, signal) => {
      process.off('SIGINT', ignore).off('SIGTERM', passOn).off('SIGHUP', passOn);
      resolve(code ?? 128 + (signal ? constants.signals[signal] : 0));
    });
  });
}
