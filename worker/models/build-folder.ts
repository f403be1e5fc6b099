import { mkdir, mkdtemp, readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';

const TEMPORARY = '.building-';
const STALE_AFTER_MS = 60 * 60 * 1000;

/** Has a folder made on the same disk for what is under way, and removes it whatever comes. */
export async function inTemporaryFolder<T>(
  folder: string,
  task: (temporary: string) => Promise<T>,
): Promise<T> {
  await mkdir(folder, { recursive: true });
  const temporary = await mkdtemp(join(folder, TEMPORARY));
  try {
    return await task(temporary);
  } finally {
    await rm(temporary, { recursive: true, force: true });
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
