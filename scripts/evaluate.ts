import { readdir } from 'node:fs/promises';
import { Presets, SingleBar } from 'cli-progress';
import { Command, InvalidArgumentError } from 'commander';
import { showProgress } from '../local/show-progress.ts';
import { ConfigError, readConfig } from '../shared/config.ts';
import { createEngine } from '../worker/engines/create-engine.ts';
import { EngineError } from '../worker/engines/engine.ts';
import { inceptionFrom } from '../worker/engines/model-source.ts';
import { defaultHome } from '../worker/models/default-home.ts';
import { WeightsCorruptError, WeightsUnavailableError } from '../worker/models/model-errors.ts';
import { ClassNames } from './evaluate/class-names.ts';
import { evaluateImages } from './evaluate/evaluate-images.ts';
import { findImages } from './evaluate/find-images.ts';
import { jsonReport, textReport } from './evaluate/report.ts';

interface Options {
  readonly engine?: string;
  readonly precision?: string;
  readonly limit?: number;
  readonly json?: true;
}

process.env.LOG_FORMAT ||= 'text';
process.env.LOG_LEVEL ||= 'warn';

await new Command('npm run evaluate --')
  .description('How well the model does on your images: top-1, top-5, images/s and the worst confusions.')
  .argument(
    '<folder>',
    'images whose names tell their class after the first underscore (n02099712_Labrador_retriever.JPEG), ' +
      'or a labels.csv among them with file,label or file,index',
  )
  .option('--engine <name>', 'auto, onnx, tfjs or echo (default: ENGINE, else auto)')
  .option('--precision <name>', 'int8 or fp32 (default: PRECISION, else what suits the engine)')
  .option('--limit <count>', 'only the first so many images', positive)
  .option('--json', 'one JSON object on stdout')
  .action(main)
  .parseAsync();

async function main(folder: string, options: Options): Promise<void> {
  try {
    process.exitCode = await evaluate(folder, options);
  } catch (error) {
    process.exitCode = 1;
    console.error(isExpected(error) ? error.message : error);
  }
}

/** @returns the exit code: 1 where there was nothing to evaluate */
async function evaluate(folder: string, options: Options): Promise<0 | 1> {
  await readdir(folder); // a folder that is not there is told before the engine is made ready
  const engine = await readyEngine(options);
  try {
    const found = await findImages(folder, new ClassNames(engine.labels));
    const images = found.images.slice(0, options.limit);
    const bar = new SingleBar(
      { format: '{bar} {value}/{total} | {eta_formatted} left', hideCursor: true, clearOnComplete: true },
      Presets.shades_classic,
    );
    bar.start(images.length, 0);
    const onDone = () => bar.increment();
    const outcome = await evaluateImages({ engine, folder, images, onDone }).finally(() => bar.stop());

    const unevaluated = [...found.unevaluated, ...outcome.unevaluated];
    const evaluation = { ...outcome, engine, unevaluated };
    console.log(options.json ? JSON.stringify(jsonReport(evaluation)) : textReport(evaluation));
    if (outcome.tally.images > 0) return 0;
    console.error(`Nothing in ${folder} could be evaluated.`);
    return 1;
  } finally {
    await engine.dispose();
  }
}

async function readyEngine({ engine, precision }: Options) {
  const config = readConfig(['ENGINE', 'PRECISION', 'WORKER_THREADS', 'ECHO_MS', 'CLASSIFYCLOUD_HOME'], {
    ...process.env,
    ...(engine !== undefined && { ENGINE: engine }),
    ...(precision !== undefined && { PRECISION: precision }),
  });
  const settings = {
    engine: config.ENGINE,
    precision: config.PRECISION,
    threads: config.WORKER_THREADS,
    loneThreads: 1,
    echoMs: config.ECHO_MS,
  };
  const home = config.CLASSIFYCLOUD_HOME ?? defaultHome();
  const ready = await createEngine(inceptionFrom(home, { onProgress: showProgress }), settings);
  await ready.warmUp();
  return ready;
}

function positive(text: string): number {
  const count = Number(text);
  if (!Number.isInteger(count) || count < 1)
    throw new InvalidArgumentError('It has to be a whole number from 1.');
  return count;
}

/** What a user can mend: told in a line, without a stack. */
function isExpected(error: unknown): error is Error {
  const kinds = [ConfigError, EngineError, WeightsUnavailableError, WeightsCorruptError];
  return kinds.some((kind) => error instanceof kind) || isNoFolder(error);
}

function isNoFolder(error: unknown): boolean {
  return error instanceof Error && 'code' in error && (error.code === 'ENOENT' || error.code === 'ENOTDIR');
}
