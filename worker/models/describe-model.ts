import { createHash } from 'node:crypto';
import { readFile, stat } from 'node:fs/promises';
import * as z from 'zod';
import { hashFile } from './file-hash.ts';
import { linesOf } from './labels.ts';
import { type ModelManifest, modelManifest, type NewModel } from './manifest.ts';
import { ModelError } from './model-errors.ts';

type FileRecord = ModelManifest['files'][string];

/**
 * The whole manifest of a model that is to be added: with the sizes and hashes of its files, and the number of its labels.
 *
 * @throws {ModelError} The manifest is none, names a file that is not there, or tells of one what is not so.
 */
export async function describeModel(
  model: NewModel,
  files: ReadonlyMap<string, Buffer | string>,
): Promise<ModelManifest> {
  const { graphs, tflite, labels } = model;
  const named = new Set([...Object.values(graphs), tflite, labels, ...Object.keys(model.files ?? {})]);
  const records: Record<string, FileRecord> = {};
  for (const name of [...named, ...files.keys()]) {
    if (name === undefined || name in records) continue;
    const found = await recordOf(files.get(name));
    if (found === undefined) throw new ModelError(`The manifest names ${name}, and there is no such file.`);
    const told = model.files?.[name];
    if (told !== undefined && (told.sha256 !== found.sha256 || told.bytes !== found.bytes)) {
      throw new ModelError(
        `${name} is not the file that the manifest tells of: it has ${found.bytes} bytes and sha256 ${found.sha256}, not ${told.bytes} and ${told.sha256}.`,
      );
    }
    records[name] = found;
  }
  const from = files.get(labels) ?? '';
  const lines = linesOf((typeof from === 'string' ? await readFile(from) : from).toString()).length;
  if (model.classes !== undefined && model.classes !== lines) {
    throw new ModelError(`${labels} has ${lines} lines, and the manifest tells of ${model.classes} classes.`);
  }
  const whole = modelManifest.safeParse({ ...model, classes: lines, files: records });
  if (!whole.success) throw new ModelError(`The manifest is none:\n${z.prettifyError(whole.error)}`);
  return whole.data;
}

/** Size and hash; undefined where there is no such file. */
async function recordOf(from: Buffer | string | undefined): Promise<FileRecord | undefined> {
  if (from === undefined) return undefined;
  if (typeof from !== 'string') {
    return { bytes: from.length, sha256: createHash('sha256').update(from).digest('hex') };
  }
  const found = await stat(from).catch(() => undefined);
  return found?.isFile() ? { bytes: found.size, sha256: await hashFile(from, 'sha256', 'hex') } : undefined;
}
