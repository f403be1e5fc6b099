import { basename } from 'node:path';
import { InferenceSession, Tensor } from '../engines/onnxruntime.ts';
import type { ModelManifest } from './manifest.ts';
import { ModelError } from './model-errors.ts';

/** float32 sums of a softmax over many classes are not 1 to the last digit. */
const SUM_TOLERANCE = 0.01;

/**
 * Runs a graph once, on a black image, to see that it is what every model's is: `input`, uint8 [N, height, width, 3], to
 * `probabilities`, float32 [N, classes], each row with sum 1.
 *
 * @throws {ModelError} It is not, or it does not load.
 */
export async function checkGraph(
  path: string,
  { input: { height, width }, labels, classes }: Pick<ModelManifest, 'input' | 'labels' | 'classes'>,
): Promise<void> {
  const name = basename(path);
  const session = await InferenceSession.create(path, { logSeverityLevel: 4 }).catch((cause) => {
    throw new ModelError(`${name} does not load in onnxruntime: ${textOf(cause)}`, { cause });
  });
  try {
    if (session.inputNames.join() !== 'input' || !session.outputNames.includes('probabilities')) {
      const has = `from ${session.inputNames.join(', ')} to ${session.outputNames.join(', ')}`;
      throw new ModelError(`${name} goes ${has}, where a model goes from input to probabilities`);
    }
    const input = new Tensor('uint8', new Uint8Array(height * width * 3), [1, height, width, 3]);
    const { probabilities } = await session.run({ input }, ['probabilities']).catch((cause) => {
      throw new ModelError(`${name} does not take an image of ${width}×${height} RGB: ${textOf(cause)}`, {
        cause,
      });
    });
    if (!(probabilities?.data instanceof Float32Array)) {
      throw new ModelError(`${name} gives ${probabilities?.type}, where a model gives float32`);
    }
    const { data } = probabilities;
    if (data.length !== classes) {
      throw new ModelError(`${labels} names ${classes} classes, but ${name} tells ${data.length} apart`);
    }
    const sum = data.reduce((total, value) => total + value, 0);
    if (!(Math.abs(sum - 1) < SUM_TOLERANCE) || data.some((value) => value < 0)) {
      throw new ModelError(`${name} gives no probabilities: their sum is ${sum}. Does it end in a softmax?`);
    }
  } finally {
    await session.release();
  }
}

const textOf = (cause: unknown): string => (cause instanceof Error ? cause.message : String(cause));
