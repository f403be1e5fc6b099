import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import * as z from 'zod';
import type { FitState } from './fit.ts';
import type { StoredTensor } from './stored-tensor.ts';

const score = z.object({ loss: z.number(), accuracy: z.number() });
const shapes = z.array(z.array(z.number()));
const headSchema = z.object({
  epochs: z.array(
    z.object({
      epoch: z.number(),
      learningRate: z.number(),
      seconds: z.number(),
      training: score,
      validation: score,
    }),
  ),
  weights: shapes,
  optimizer: shapes,
  best: z.object({ epoch: z.number(), weights: shapes }).optional(),
});

/** Keeps a state: one line of JSON, then the values, little-endian floats. It is replaced whole or not at all. */
export async function writeCheckpoint(path: string, state: FitState): Promise<void> {
  const shapesOf = (tensors: readonly StoredTensor[]) => tensors.map(({ shape }) => shape);
  const head = {
    epochs: state.epochs,
    weights: shapesOf(state.weights),
    optimizer: shapesOf(state.optimizer),
    best: state.best && { epoch: state.best.epoch, weights: shapesOf(state.best.weights) },
  };
  const tensors = [...state.weights, ...state.optimizer, ...(state.best?.weights ?? [])];
  const values = tensors.map(({ data }) => Buffer.from(data.buffer, data.byteOffset, data.byteLength));
  await mkdir(dirname(path), { recursive: true });
  await writeFile(`${path}.new`, Buffer.concat([Buffer.from(`${JSON.stringify(head)}\n`), ...values]));
  await rename(`${path}.new`, path);
}

/** What was kept; undefined where nothing was. */
export async function readCheckpoint(path: string): Promise<FitState | undefined> {
  const file = await readFile(path).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  });
  if (file === undefined) return undefined;
  const lineEnd = file.indexOf('\n');
  const { epochs, best, ...head } = headSchema.parse(JSON.parse(file.toString('utf8', 0, lineEnd)));
  let at = lineEnd + 1;
  const read = (shape: readonly number[]): StoredTensor => {
    const bytes = 4 * shape.reduce((product, size) => product * size, 1);
    const data = new Float32Array(Uint8Array.from(file.subarray(at, at + bytes)).buffer);
    at += bytes;
    return { shape, data };
  };
  const weights = head.weights.map(read);
  const optimizer = head.optimizer.map(read);
  return { epochs, weights, optimizer, best: best && { epoch: best.epoch, weights: best.weights.map(read) } };
}
