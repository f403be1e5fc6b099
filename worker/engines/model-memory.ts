import type { Precision } from '../models/lowering.ts';
import { type ModelManifest, precisionOf } from '../models/manifest.ts';

export interface Sessions {
  readonly precision?: Precision | undefined;
  readonly threads: number;
  readonly loneThreads: number;
}

/**
 * The memory that a model takes once it is loaded, in MB: a session for each thread, and one for images that are alone.
 * In another precision than the one that its manifest tells of it is more or less by what the files differ, since a
 * session has the weights once, as its kernels want them.
 */
export function memoryOf(manifest: ModelManifest, { precision, threads, loneThreads }: Sessions): number {
  const sessions = threads + (loneThreads > 1 ? 1 : 0);
  const megabytes = (of: Precision) => (manifest.files[manifest.graphs[of] ?? '']?.bytes ?? 0) / 1e6;
  const told = precisionOf(manifest);
  const more = megabytes(precisionOf(manifest, precision)) - megabytes(told);
  return sessions * (manifest.memoryMb + more);
}
