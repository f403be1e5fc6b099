import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { ensureModel } from '../../worker/models/ensure-model.ts';
import { readTflite } from '../../worker/models/tflite.ts';
import type { Operator } from '../../worker/models/tflite-model.ts';

/** Multiplications and additions, one each, of the net's convolutions for one image; the rest hardly counts. */
export async function netOperations(home: string): Promise<number> {
  const { labels } = await ensureModel({ home });
  const { operators } = readTflite(await readFile(join(dirname(labels), 'graph.lite')));
  return operators.reduce((sum, operator) => sum + operationsOf(operator), 0);
}

function operationsOf(operator: Operator): number {
  if (operator.kind !== 'conv') return 0;
  // Each of the [1, height, width, channels] outputs takes a whole [height, width, in] window.
  return 2 * product(operator.output.shape) * product(operator.weights.shape.slice(1));
}

const product = (sizes: readonly number[]) => sizes.reduce((all, size) => all * size, 1);
