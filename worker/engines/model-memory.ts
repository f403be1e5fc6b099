import type { Precision } from '../models/lowering.ts';
import { type ModelManifest, precisionOf } from '../models/manifest.ts';

/**
 * What a model takes in each session of another precision than the one that its manifest tells of, beyond that: the
 * weights differ by so much, and a session has them twice, as they are in the file and as its kernels want them.
 */
const COPIES = 2;

export interface Sessions {
  readonly precision?: Precision | undefined;
  readonly threads: number;
  readonly loneThreads: number;
}

/** The memory that a model takes once it is loaded, in MB: a session for each thread, and one for images that are alone. */
export function memoryOf(manifest: ModelManifest, { precision, threads, loneThreads }: Sessions): number {
  const sessions = threads + (loneThreads > 1 ? 1 : 0);
  const megabytes = (of: Precision) => (manifest.files[manifest.graphs[of] ?? '']?.bytes ?? 0) / 1e6;
  const told = precisionOf(manifest);
  const more = COPIES * (megabytes(precisionOf(manifest, precision)) - megabytes(told));
  return sessions * (manifest.memoryMb + more);
}
