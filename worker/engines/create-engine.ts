import { log } from '../../shared/log.ts';
import { ensureModel } from '../models/ensure-model.ts';
import { ensureWeights } from '../models/ensure-weights.ts';
import { INCEPTION_VIEW } from '../models/inception-v3.ts';
import { readLabels } from '../models/labels.ts';
import type { Precision } from '../models/lowering.ts';
import type { OnProgress } from '../models/progress.ts';
import { EchoEngine } from './echo.ts';
import { type Engine, EngineError } from './engine.ts';
import { firstThatLoads } from './first-that-loads.ts';
import { ThreadedEngine } from './threaded-engine.ts';

/** ENGINE, PRECISION, WORKER_THREADS, LONE_IMAGE_THREADS, ECHO_MS (ms for an image) and CLASSIFYCLOUD_HOME. */
export interface EngineSettings {
  readonly engine: keyof typeof CANDIDATES;
  /** Unset, what the engine is fastest in: `int8` with onnx, `fp32` with tfjs. */
  readonly precision?: Precision | undefined;
  readonly threads: number;
  /** With onnx; TensorFlow.js has its own ways with a lone image. */
  readonly loneThreads: number;
  readonly echoMs: number;
  readonly home: string;
}

interface Preparation {
  readonly onProgress?: OnProgress;
  /** Aborting ends the download of the weights. */
  readonly signal?: AbortSignal;
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
 * The fastest engine that the setting allows and that loads on this machine; loaded. Its model is fetched and
 * converted first where that has not been done. Where there was a choice, the log says what was taken and why.
 *
 * @throws {EngineError} None loads; the message has the reason of each.
 * @throws {WeightsUnavailableError} No weights and no way to fetch them.
 * @throws {WeightsCorruptError} What was fetched is not the pinned package.
 */
export async function createEngine(settings: EngineSettings, preparation: Preparation = {}): Promise<Engine> {
  const candidates: readonly Engine['name'][] = CANDIDATES[settings.engine];
  const { engine, reasons } = await firstThatLoads(candidates, (name) => make(name, settings, preparation));
  const choice = { asked: settings.engine, engine: engine.name, precision: engine.precision };
  if (reasons.length > 0) {
    log.warn('engine chosen', { ...choice, because: `what is faster does not load: ${reasons.join('; ')}` });
  } else if (candidates.length > 1) {
    log.info('engine chosen', { ...choice, because: 'it is the fastest, and loads' });
  }
  return engine;
}

async function make(
  name: Engine['name'],
  { precision, threads, loneThreads, echoMs, home }: EngineSettings,
  preparation: Preparation,
): Promise<Engine> {
  switch (name) {
    case 'echo':
      return new EchoEngine({ threads, echoMs });
    case 'onnx': {
      const files = await ensureModel({ home, precision, ...preparation });
      const labels = await readLabels(files.labels);
      return new ThreadedEngine({
        ...files,
        engine: name,
        modelPath: files.onnx,
        input: INCEPTION_VIEW,
        labels,
        threads,
        loneThreads,
      });
    }
    case 'tfjs-node':
    case 'tfjs-wasm': {
      if (precision === 'int8') throw new EngineError('TensorFlow.js computes in fp32 only');
      const { version, graph, labels: path } = await ensureWeights({ home, ...preparation });
      const labels = await readLabels(path);
      const net = {
        engine: name,
        modelPath: graph,
        input: INCEPTION_VIEW,
        version,
        precision: 'fp32',
      } as const;
      return new ThreadedEngine({ ...net, labels, threads, loneThreads: 1 });
    }
  }
}
