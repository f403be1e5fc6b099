import { statfs } from 'node:fs/promises';
import { DatasetError } from './dataset.ts';

/** @throws {DatasetError} The disk of this folder has not so many bytes left. */
export async function needSpace(folder: string, bytes: number): Promise<void> {
  const { bavail, bsize } = await statfs(folder);
  const free = bavail * bsize;
  if (free >= bytes) return;
  const megabytes = (count: number) => `${Math.ceil(count / 1e6)} MB`;
  throw new DatasetError(`${folder} needs ${megabytes(bytes)}, and its disk has ${megabytes(free)} left.`);
}
