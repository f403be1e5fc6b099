import { readFile } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { decodeImage } from '../../worker/decode-image.ts';
import { InferenceSession, Tensor } from '../../worker/engines/onnxruntime.ts';
import { INCEPTION_VIEW } from '../../worker/models/inception-v3.ts';
import { convertFeatures } from '../../worker/models/new-head.ts';
import type { TfliteModel } from '../../worker/models/tflite-model.ts';
import type { OnStep } from '../datasets/dataset.ts';

interface FeatureOptions {
  /** Inception v3. */
  readonly model: TfliteModel;
  readonly folder: string;
  /** Images within the folder. */
  readonly files: readonly string[];
  readonly onStep: OnStep;
  readonly signal?: AbortSignal;
}

/**
 * What Inception v3 makes of images before it names them: what the head of the served model will be given.
 *
 * @returns For each file 2,048 features, one file after the other.
 */
export async function pooledFeatures({
  model,
  folder,
  files,
  onStep,
  signal,
}: FeatureOptions): Promise<Float32Array[]> {
  const { height, width } = INCEPTION_VIEW;
  const session = await InferenceSession.create(convertFeatures(model), {
    intraOpNumThreads: availableParallelism(),
    graphOptimizationLevel: 'all',
  });
  try {
    const all: Float32Array[] = [];
    for (const file of files) {
      signal?.throwIfAborted();
      const { views } = await decodeImage(await readFile(join(folder, file)), { views: [INCEPTION_VIEW] });
      const [view] = views;
      if (view === undefined) throw new Error('the decoder made no view');
      const { features } = await session.run({ input: new Tensor('uint8', view, [1, height, width, 3]) });
      if (!(features?.data instanceof Float32Array)) throw new Error('the net has no features');
      all.push(Float32Array.from(features.data));
      onStep({ what: 'having Inception v3 look at the images', done: all.length, total: files.length });
    }
    return all;
  } finally {
    await session.release();
  }
}
