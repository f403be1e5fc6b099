import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { ServedCatalogue } from '../../shared/models.ts';
import { BUILT_INS, builtIn } from './built-ins.ts';
import { ensureBuiltIn, type Preparation } from './ensure-built-in.ts';
import {
  type Artefact,
  filesFor,
  filesMissing,
  MANIFEST,
  type ModelFolder,
  type ModelManifest,
  modelFolder,
  readManifest,
  restrictedTo,
} from './manifest.ts';
import { ModelError } from './model-errors.ts';
import { modelFolders } from './model-folders.ts';
import { catalogueOf } from './served.ts';

/** The models of one's own in home, those added first first. */
export async function modelsIn(home: string): Promise<ModelFolder[]> {
  const own = (await modelFolders(home)).filter(({ name }) => !isBuiltIn(name));
  const found = await Promise.all(
    own.map(async (model) => {
      const folder = modelFolder(home, model);
      const added = await stat(join(folder, MANIFEST)).catch(() => undefined);
      const manifest = await readManifest(folder);
      return added && manifest ? [{ folder, manifest, at: added.mtimeMs }] : [];
    }),
  );
  return found
    .flat()
    .sort((a, b) => a.at - b.at || a.folder.localeCompare(b.folder))
    .map(({ folder, manifest }) => ({ folder, manifest }));
}

const isBuiltIn = (name: string) => BUILT_INS.some(({ manifest }) => manifest.name === name);

/**
 * What a reference stands for on this machine: a built-in model, be it made or not, or one that was added; of a name alone
 * the version added last.
 *
 * @throws {ModelError} There is none.
 */
export async function manifestAtHome(home: string, reference: string): Promise<ModelManifest> {
  const [name, version] = reference.split('@');
  const known = BUILT_INS.map(({ manifest }) => manifest);
  const added = (await modelsIn(home)).map(({ manifest }) => manifest);
  const found = [...added.reverse(), ...known].find(
    (manifest) => manifest.name === name && (version === undefined || manifest.version === version),
  );
  if (found) return found;
  throw new ModelError(
    `There is no model ${reference} in ${home}. Those that there are: npm run models -- list; to add one: npm run models -- add FOLDER`,
  );
}

/**
 * What a stage on this machine serves: the models that are named, else the built-in ones and all that were added. Nothing is
 * made for it: a worker does that when it first needs a model.
 *
 * @param usual the model of a request that names none; inception-v3 unless said
 * @throws {ModelError} One of them is not there.
 */
export async function catalogueAtHome(
  home: string,
  references: readonly string[],
  usual?: string,
): Promise<ServedCatalogue> {
  const manifests =
    references.length > 0
      ? await Promise.all(references.map((reference) => manifestAtHome(home, reference)))
      : [...BUILT_INS, ...(await modelsIn(home))].map(({ manifest }) => manifest);
  return catalogueOf(manifests, usual);
}

/**
 * A model of this machine, made if it is built in, with what an engine needs of it and nothing else if it is built in, all
 * of it otherwise: as it is put where others take it from.
 *
 * @throws {ModelError} A file is missing, or not as the manifest says.
 * @throws {WeightsUnavailableError} It is built in, and cannot be fetched.
 */
export async function openAtHome(
  home: string,
  manifest: ModelManifest,
  artefact?: Artefact,
  preparation?: Preparation,
): Promise<ModelFolder> {
  const known = builtIn(manifest);
  if (known) {
    const names = filesFor(manifest, artefact);
    const made = await ensureBuiltIn(known, home, names, preparation);
    return { ...made, manifest: restrictedTo(manifest, names) };
  }
  const folder = modelFolder(home, manifest);
  const [wrong] = await filesMissing({ folder, manifest }, Object.keys(manifest.files));
  if (wrong === undefined) return { folder, manifest };
  const what = `${manifest.name}@${manifest.version}`;
  throw new ModelError(
    `${wrong} of ${what} is missing in ${folder}, or not as the manifest says. Add it anew.`,
  );
}
