import { cp, readdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { npmCommand, npmEnvironment } from '../../worker/models/npm-command.ts';
import { runCommand } from '../run-command.ts';

const here = (name: string) => fileURLToPath(new URL(name, import.meta.url));

export interface Installation {
  /** The project's `node_modules`. */
  readonly modules: string;
  /** Folder with `include/node`. */
  readonly nodeHeaders: string;
  /** Told what begins; of {@link STEP_COUNT}. */
  onStep(title: string): void;
  /** Aborting ends the step under way and leaves nothing behind. */
  readonly signal: AbortSignal;
}

export const STEP_COUNT = 5;

/**
 * Makes @tensorflow/tfjs-node work from package registries alone. Its own installer fetches TensorFlow's C library
 * from a place that refuses (tfjs #8742); here it comes out of TensorFlow's Python wheel, and the addon is compiled
 * against it. All is made and tried out beside, in `node_modules/.tfjs-node`, and moved into place at the end; the
 * project's other packages and its lock file stay as they are. Everything fetched has its hash pinned.
 *
 * @throws {CommandFailedError} npm, pip or the compiler failed.
 */
export async function installTfjsNode({ modules, nodeHeaders, onStep, signal }: Installation): Promise<void> {
  const work = join(modules, '.tfjs-node');
  const made = join(work, 'tfjs-node');
  await rm(work, { recursive: true, force: true }); // of a run that was killed
  try {
    onStep('fetching tfjs-node (npm)');
    await fetchPackages(work, signal);
    await separate(work, made);

    onStep('fetching TensorFlow 2.15.1 (PyPI, 207 MB)');
    const wheel = await fetchWheel(work, signal);
    onStep('unpacking TensorFlow');
    const python = [here('extract-libtensorflow.py'), wheel, join(made, 'deps')];
    await runCommand('python3', python, { signal });

    onStep('compiling the addon');
    await compile(made, nodeHeaders, signal);
    onStep('trying it out');
    await tryOut(made, signal);

    const target = join(modules, '@tensorflow', 'tfjs-node');
    await rm(target, { recursive: true, force: true });
    await rename(made, target);
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}

/**
 * The version of the tfjs-node in a folder.
 *
 * @throws {CommandFailedError} There is none, or it does not work.
 */
export function tryOut(folder: string, signal: AbortSignal): Promise<string> {
  const env = { ...process.env, TF_CPP_MIN_LOG_LEVEL: '2' };
  return runCommand(process.execPath, [here('try-out.cjs'), folder], { env, signal });
}

async function fetchPackages(work: string, signal: AbortSignal): Promise<void> {
  await cp(here('packages'), work, { recursive: true });
  const { command, args } = npmCommand();
  const flags = ['ci', '--ignore-scripts', '--no-audit', '--no-fund', '--prefer-offline', '--loglevel=error'];
  await runCommand(command, [...args, ...flags], { cwd: work, env: npmEnvironment(), signal });
}

/** Puts the package apart with what it needs inside, but for TensorFlow.js proper: that is the project's own. */
async function separate(work: string, made: string): Promise<void> {
  const fetched = join(work, 'node_modules');
  await rename(join(fetched, '@tensorflow', 'tfjs-node'), made);
  await rm(join(fetched, '@tensorflow'), { recursive: true });
  await rename(fetched, join(made, 'node_modules'));
}

async function fetchWheel(work: string, signal: AbortSignal): Promise<string> {
  const which = ['--python-version=3.11', '--abi=cp311', '--platform=manylinux2014_x86_64', '--no-deps'];
  const how = ['--only-binary=:all:', '--require-hashes', '--disable-pip-version-check', `--dest=${work}`];
  const args = ['-m', 'pip', 'download', ...which, ...how, `--requirement=${here('requirements.txt')}`];
  await runCommand('python3', args, { env: { ...process.env, TMPDIR: work }, signal });
  const wheel = (await readdir(work)).find((name) => name.endsWith('.whl'));
  if (wheel === undefined) throw new Error('pip left no wheel');
  return join(work, wheel);
}

async function compile(made: string, nodeHeaders: string, signal: AbortSignal): Promise<void> {
  const nodePreGyp = join(made, 'node_modules', '@mapbox', 'node-pre-gyp', 'bin', 'node-pre-gyp');
  const args = [nodePreGyp, 'install', '--build-from-source', `--nodedir=${nodeHeaders}`];
  await runCommand(process.execPath, args, { cwd: made, signal });
  await rm(join(made, 'deps', 'include'), { recursive: true });
}
