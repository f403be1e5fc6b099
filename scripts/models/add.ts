import { readdir, readFile, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import * as z from 'zod';
import { addModel } from '../../worker/models/add-model.ts';
import { MANIFEST, type ModelFolder, newModel } from '../../worker/models/manifest.ts';
import { ModelError } from '../../worker/models/model-errors.ts';

/**
 * Adds the model of a folder, or of a manifest and the files beside it, to this machine's.
 *
 * @throws {ModelError} What is wrong with it, for people.
 */
export async function addFrom(home: string, path: string): Promise<ModelFolder> {
  const isFolder = (await statOf(path)).isDirectory();
  const [folder, file] = isFolder ? [path, MANIFEST] : [dirname(path), basename(path)];
  const model = parse(await textOf(join(folder, file)), join(folder, file));
  const beside = new Set(await readdir(folder));
  const named = [
    ...Object.values(model.graphs),
    model.tflite,
    model.labels,
    ...Object.keys(model.files ?? {}),
  ];
  const files = named.flatMap((name) => (name !== undefined && beside.has(name) ? [name] : []));
  return addModel(home, model, new Map(files.map((name) => [name, join(folder, name)])));
}

function parse(text: string, path: string) {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw new ModelError(`${path} is no JSON.`, { cause });
  }
  const parsed = newModel.safeParse(value);
  if (parsed.success) return parsed.data;
  throw new ModelError(
    `${path} is no manifest:\n${z.prettifyError(parsed.error)}\nWhat one is: docs/models.md`,
  );
}

const statOf = (path: string) =>
  stat(path).catch((cause) => {
    throw new ModelError(`There is no ${path}.`, { cause });
  });
const textOf = (path: string) =>
  readFile(path, 'utf8').catch((cause) => {
    throw new ModelError(`There is no ${path}: a model is a folder with a manifest.json, or that file.`, {
      cause,
    });
  });
