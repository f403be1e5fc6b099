import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ServiceError } from '../../shared/errors.ts';
import { decodeView, type ImageView } from '../../worker/decode-view.ts';
import type { Engine } from '../../worker/engines/engine.ts';
import { labelsOf } from '../../worker/labels/labels-of.ts';
import { INCEPTION_VIEW } from '../../worker/models/inception-v3.ts';
import type { LabelledImage, Unevaluated } from './find-images.ts';
import { Tally } from './tally.ts';

// One image is inferred on each thread while the next is decoded.
const IMAGES_PER_THREAD = 2;
const RANKING = { topK: 5, minConfidence: 0 };

interface Options {
  /** Loaded and warmed up. */
  readonly engine: Engine;
  readonly folder: string;
  readonly images: readonly LabelledImage[];
  /** After each image. */
  onDone(): void;
}

export interface Outcome {
  readonly tally: Tally;
  /** What could not be read or decoded. */
  readonly unevaluated: readonly Unevaluated[];
  /** From the first byte read to the last answer. */
  readonly seconds: number;
}

/**
 * Classifies images as the service does, on all threads of the engine.
 *
 * @throws {EngineError} The engine failed; images that cannot be decoded are told in the outcome instead.
 */
export async function evaluateImages({ engine, folder, images, onDone }: Options): Promise<Outcome> {
  const tally = new Tally();
  const unevaluated: Unevaluated[] = [];
  const waiting = images.values();
  const startedAt = performance.now();
  const lane = async () => {
    for (const { file, indices } of waiting) {
      const decoded = await decode(join(folder, file));
      if ('reason' in decoded) {
        unevaluated.push({ file, reason: decoded.reason });
      } else {
        const probabilities = await engine.classify(decoded.rgb, 1);
        const ranked = labelsOf(probabilities, { ...engine.manifest, labels: engine.labels }, RANKING);
        tally.add(
          indices,
          ranked.map(({ index }) => index),
        );
      }
      onDone();
    }
  };
  await Promise.all(Array.from({ length: IMAGES_PER_THREAD * engine.threads }, lane));
  return { tally, unevaluated, seconds: (performance.now() - startedAt) / 1000 };
}

async function decode(path: string): Promise<ImageView | { reason: string }> {
  try {
    return await decodeView(await readFile(path), INCEPTION_VIEW);
  } catch (error) {
    if (error instanceof ServiceError) return { reason: `${error.code}: ${error.message}` };
    return { reason: error instanceof Error ? error.message : String(error) };
  }
}
