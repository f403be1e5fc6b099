import { mkdir, mkdtemp, readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { DiskError } from './model-errors.ts';

const TEMPORARY = '.building-';
const STALE_AFTER_MS = 60 * 60 * 1000;

/**
 * Has a folder made on the same disk for what is under way, and removes it whatever comes.
 *
 * @throws {DiskError} The disk is full, or may not be written to.
 */
export async function inTemporaryFolder<T>(
  folder: string,
  task: (temporary: string) => Promise<T>,
): Promise<T> {
  let temporary: string | undefined;
  try {
    await mkdir(folder, { recursive: true });
    temporary = await mkdtemp(join(folder, TEMPORARY));
    return await task(temporary);
  } catch (error) {
    throw inWords(error, folder);
  } finally {
    if (temporary !== undefined) await rm(temporary, { recursive: true, force: true });
  }
}

/** Removes what a build that was killed left behind. Failing to is no reason not to start. */
export async function removeStaleBuilds(folder: string, now: number): Promise<void> {
  const names = await readdir(folder).catch(() => []);
  for (const name of names.filter((entry) => entry.startsWith(TEMPORARY))) {
    const path = join(folder, name);
    const changedAt = await stat(path).then(
      ({ mtimeMs }) => mtimeMs,
      () => now,
    );
    if (now - changedAt > STALE_AFTER_MS) await rm(path, { recursive: true, force: true }).catch(() => {});
  }
}

function inWords(error: unknown, folder: string): unknown {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  switch (code) {
    case 'ENOSPC':
    case 'EDQUOT':
      return new DiskError(`The disk of ${folder} is full. Nothing was changed.`, { cause: error });
    case 'EACCES':
    case 'EPERM':
    case 'EROFS':
      return new DiskError(`${folder} may not be written to. Nothing was changed.`, { cause: error });
    default:
      return error;
  }
}
