import { createWriteStream } from 'node:fs';
import { rename } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { GetObjectCommand } from '@aws-sdk/client-s3';
import { s3 } from '../../shared/aws.ts';
import { readJson } from '../../shared/bucket.ts';
import { type ModelId, modelKey } from '../../shared/models.ts';
import { inTemporaryFolder, removeStaleBuilds } from './build-folder.ts';
import {
  filesMissing,
  MANIFEST,
  type ModelFolder,
  modelFolder,
  modelManifest,
  writeManifest,
} from './manifest.ts';
import { ModelError } from './model-errors.ts';

/**
 * Fetches a model from the stage's bucket into `home/models/{name}/{version}/`: all that its manifest lists there, and
 * the manifest last.
 *
 * @returns undefined where the bucket does not have it
 * @throws {ModelError} A file is missing there, or not as the manifest says.
 */
export async function fetchModel(
  bucket: string,
  model: ModelId,
  home: string,
): Promise<ModelFolder | undefined> {
  const stored = await readJson(bucket, modelKey(model, MANIFEST), modelManifest);
  if (stored === undefined) return undefined;
  const manifest = stored.value;
  const found = { manifest, folder: modelFolder(home, model) };
  const missing = await filesMissing(found, Object.keys(manifest.files));
  await removeStaleBuilds(found.folder, Date.now());
  await inTemporaryFolder(found.folder, async (temporary) => {
    for (const name of missing) await fetchFile(bucket, modelKey(model, name), join(temporary, name));
    const [wrong] = await filesMissing({ manifest, folder: temporary }, missing);
    if (wrong !== undefined) {
      throw new ModelError(
        `${wrong} of ${model.name}@${model.version} is in the bucket, but not as its manifest says`,
      );
    }
    for (const name of missing) await rename(join(temporary, name), join(found.folder, name));
    await writeManifest(found.folder, manifest, temporary);
  });
  return found;
}

async function fetchFile(bucket: string, key: string, path: string): Promise<void> {
  const { Body } = await s3().send(new GetObjectCommand({ Bucket: bucket, Key: key }));
  if (!(Body instanceof Readable)) throw new Error(`${key} came as no stream`);
  await pipeline(Body, createWriteStream(path));
}
