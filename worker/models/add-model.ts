import { copyFile, mkdir, rename, rm, statfs, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { inTemporaryFolder } from './build-folder.ts';
import { BUILT_INS } from './built-ins.ts';
import { checkGraph } from './check-graph.ts';
import { describeModel } from './describe-model.ts';
import {
  encodeManifest,
  filesMissing,
  MANIFEST,
  type ModelFolder,
  type ModelManifest,
  modelFolder,
  type NewModel,
  readManifest,
} from './manifest.ts';
import { ModelError } from './model-errors.ts';

/**
 * Adds a model to `home/models/{name}/{version}/`: whole, or not at all. Its graphs are run once, on a black image, so that
 * one that does not load, or that the labels do not fit, is told now and not by a worker. The same model once more is as
 * well.
 *
 * @param files By the name that the manifest has for them: their bytes, or a path that they are copied from.
 * @throws {ModelError} What is wrong with it, for people: a manifest that is none, a file that it names and that is
 *   missing, a wrong hash, labels or a graph that do not fit, another model of this version, a full disk.
 */
export async function addModel(
  home: string,
  model: NewModel,
  files: ReadonlyMap<string, Buffer | string>,
): Promise<ModelFolder> {
  const manifest = await describeModel(model, files);
  if (BUILT_INS.some((known) => known.manifest.name === manifest.name))
    throw new ModelError(`${manifest.name} is a model that comes with the program: give yours another name.`);
  const folder = modelFolder(home, manifest);
  const there = await readManifest(folder);
  if (there !== undefined) {
    if (encodeManifest(there) === encodeManifest(manifest)) return { manifest, folder };
    throw new ModelError(
      `There is another ${manifest.name}@${manifest.version} in ${folder}: give this one another version, or remove that one first.`,
    );
  }
  const models = join(home, 'models');
  await inTemporaryFolder(models, async (temporary) => {
    await checkRoom(models, manifest);
    await putFiles(manifest, files, temporary);
    for (const graph of Object.values(manifest.graphs)) await checkGraph(join(temporary, graph), manifest);
    await writeFile(join(temporary, MANIFEST), encodeManifest(manifest));
    await mkdir(dirname(folder), { recursive: true });
    await rm(folder, { recursive: true, force: true });
    await rename(temporary, folder);
  });
  return { manifest, folder };
}

async function putFiles(
  manifest: ModelManifest,
  files: ReadonlyMap<string, Buffer | string>,
  folder: string,
): Promise<void> {
  for (const [name, from] of files) {
    const path = join(folder, name);
    await (typeof from === 'string' ? copyFile(from, path) : writeFile(path, from));
  }
  const [changed] = await filesMissing({ manifest, folder }, Object.keys(manifest.files));
  if (changed !== undefined) throw new ModelError(`${changed} changed while it was copied. Try again.`);
}

/** Said before anything is copied. */
async function checkRoom(folder: string, { files }: ModelManifest): Promise<void> {
  const { bavail, bsize } = await statfs(folder);
  const needed = Object.values(files).reduce((sum, { bytes }) => sum + bytes, 0);
  if (needed <= bavail * bsize) return;
  const [need, free] = [needed, bavail * bsize].map((bytes) => `${Math.ceil(bytes / 1e6)} MB`);
  throw new ModelError(
    `The disk of ${folder} is full: the model takes ${need}, and ${free} are free. Make room, or set CLASSIFYCLOUD_HOME.`,
  );
}
