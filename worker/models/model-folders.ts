import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { ModelId } from '../../shared/models.ts';
import { modelFolder } from './manifest.ts';

/** The models that have a folder in a home, whatever is in it. */
export async function modelFolders(home: string): Promise<ModelId[]> {
  const models = join(home, 'models');
  const names = await foldersIn(models);
  const found = names.map(async (name) =>
    (await foldersIn(join(models, name))).map((version) => ({ name, version })),
  );
  return (await Promise.all(found)).flat();
}

/** Folders by name; what is under way is hidden. */
async function foldersIn(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
  return entries
    .filter((entry) => entry.isDirectory() && !entry.name.startsWith('.'))
    .map(({ name }) => name);
}

/** Removes the models that are not to be kept from a cache: versions come and go, and a machine's disk is small. */
export async function pruneModels(cache: string, isKept: (model: ModelId) => boolean): Promise<void> {
  for (const model of await modelFolders(cache))
    if (!isKept(model)) await rm(modelFolder(cache, model), { recursive: true, force: true });
}
