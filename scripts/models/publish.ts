import { createReadStream } from 'node:fs';
import { join } from 'node:path';
import { PutObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import { readJson, updateJson } from '../../shared/bucket.ts';
import {
  type ModelId,
  modelKey,
  SERVED_CATALOGUE_KEY,
  type ServedCatalogue,
  servedCatalogue,
} from '../../shared/models.ts';
import { encodeManifest, MANIFEST, type ModelFolder, modelManifest } from '../../worker/models/manifest.ts';
import { ModelError } from '../../worker/models/model-errors.ts';
import { withoutModel } from '../../worker/models/served.ts';
import { emptyBucket } from '../deploy/bundle-store.ts';

const PROGRESS_EVERY_MS = 200;

/** A stage's bucket, and what reaches it. */
export interface StageBucket {
  readonly s3: S3Client;
  readonly bucket: string;
}

/** How far an upload is, in bytes. */
export type OnUpload = (done: number, total: number) => void;

/**
 * Puts a model where a stage's workers take it from: its files, and the manifest last. What is there already is not
 * uploaded again. Nobody is told yet.
 *
 * @throws {ModelError} There is another one of this version: its answers would change under the same name.
 */
export async function uploadModel(
  { s3, bucket }: StageBucket,
  { manifest, folder }: ModelFolder,
  onProgress?: OnUpload,
): Promise<void> {
  const stored = await readJson(bucket, modelKey(manifest, MANIFEST), modelManifest, s3);
  const there = stored?.value.files ?? {};
  const files = Object.entries(manifest.files);
  const differs = files.find(([name, { sha256 }]) => (there[name]?.sha256 ?? sha256) !== sha256);
  if (differs !== undefined)
    throw new ModelError(
      `The stage has another ${manifest.name}@${manifest.version}: its ${differs[0]} differs. Give this one a version of its own.`,
    );
  const missing = files.filter(([name]) => there[name] === undefined);
  const total = missing.reduce((sum, [, { bytes }]) => sum + bytes, 0);
  let done = 0;
  for (const [name, { bytes }] of missing) {
    const Body = createReadStream(join(folder, name));
    const timer = setInterval(() => onProgress?.(done + Body.bytesRead, total), PROGRESS_EVERY_MS);
    try {
      const Key = modelKey(manifest, name);
      await s3.send(new PutObjectCommand({ Bucket: bucket, Key, Body, ContentLength: bytes }));
    } finally {
      clearInterval(timer);
      Body.destroy();
    }
    done += bytes;
  }
  const Body = encodeManifest(manifest);
  if (stored !== undefined && encodeManifest(stored.value) === Body) return;
  const Key = modelKey(manifest, MANIFEST);
  await s3.send(new PutObjectCommand({ Bucket: bucket, Key, Body, ContentType: 'application/json' }));
}

/** What a stage serves; undefined where it has published nothing yet. */
export const readCatalogue = async ({ s3, bucket }: StageBucket): Promise<ServedCatalogue | undefined> =>
  (await readJson(bucket, SERVED_CATALOGUE_KEY, servedCatalogue, s3))?.value;

/** Changes what a stage serves, whoever else does so at the same time: the moment at which workers and functions learn of it. */
export const changeCatalogue = (
  { s3, bucket }: StageBucket,
  change: (catalogue: ServedCatalogue | undefined) => ServedCatalogue,
): Promise<ServedCatalogue> => updateJson(bucket, SERVED_CATALOGUE_KEY, servedCatalogue, change, s3);

/**
 * Has a stage serve a model, or one of its versions, no more. Nobody is given it from now on, and then its files go.
 *
 * @throws {ModelError} It is not served, or requests that name no model get it.
 */
export async function unpublish(stage: StageBucket, reference: string): Promise<ModelId[]> {
  let gone: ModelId[] = [];
  await changeCatalogue(stage, (catalogue) => {
    if (catalogue === undefined) throw new ModelError('The stage has published no models.');
    const left = withoutModel(catalogue, reference);
    gone = idsOf(catalogue).filter(({ name, version }) =>
      idsOf(left).every((other) => other.name !== name || other.version !== version),
    );
    return left;
  });
  for (const model of gone) await emptyBucket(stage.s3, stage.bucket, modelKey(model, ''));
  return gone;
}

const idsOf = ({ models }: ServedCatalogue): ModelId[] =>
  models.flatMap(({ name, versions }) => versions.map(({ version }) => ({ name, version })));
