import { createReadStream } from 'node:fs';
import {
  CopyObjectCommand,
  DeleteObjectsCommand,
  HeadObjectCommand,
  NotFound,
  PutObjectCommand,
  paginateListObjectsV2,
  type S3Client,
} from '@aws-sdk/client-s3';
import type { Archive } from './archive.ts';

const PREFIX = 'workers/';
/** The bundle in use and those to roll back to; serverless.yml keeps as many deployments. */
const KEPT = 3;
/** DeleteObjects takes no more. */
const DELETED_AT_ONCE = 1_000;

const keyOf = ({ sha256 }: Archive) => `${PREFIX}${sha256}.tar.gz`;

/**
 * Puts a bundle where the workers take it from. One that is there is only marked as the latest.
 * @returns whether it had to be uploaded
 */
export async function storeBundle(s3: S3Client, bucket: string, bundle: Archive): Promise<boolean> {
  const Key = keyOf(bundle);
  if (await isStored(s3, bucket, bundle)) {
    const CopySource = `${bucket}/${Key}`;
    // Copied onto itself it is as new as it is in use: an older one that is deployed again must not be pruned.
    const metadata = { MetadataDirective: 'REPLACE', Metadata: { used: new Date().toISOString() } } as const;
    await s3.send(new CopyObjectCommand({ Bucket: bucket, Key, CopySource, ...metadata }));
    return false;
  }
  const Body = createReadStream(bundle.path);
  await s3.send(new PutObjectCommand({ Bucket: bucket, Key, Body, ContentLength: bundle.bytes }));
  return true;
}

async function isStored(s3: S3Client, bucket: string, bundle: Archive): Promise<boolean> {
  try {
    const { ContentLength } = await s3.send(new HeadObjectCommand({ Bucket: bucket, Key: keyOf(bundle) }));
    return ContentLength === bundle.bytes;
  } catch (error) {
    if (error instanceof NotFound) return false;
    throw error;
  }
}

/** Removes all but the last three bundles that were deployed, and never the given one. */
export async function pruneBundles(s3: S3Client, bucket: string, inUse: Archive): Promise<void> {
  const bundles: { key: string; at: number }[] = [];
  for await (const { Contents = [] } of paginateListObjectsV2(
    { client: s3 },
    { Bucket: bucket, Prefix: PREFIX },
  ))
    bundles.push(
      ...Contents.flatMap(({ Key, LastModified }) =>
        Key === undefined ? [] : [{ key: Key, at: LastModified?.getTime() ?? 0 }],
      ),
    );
  const others = bundles.filter(({ key }) => key !== keyOf(inUse)).sort((a, b) => b.at - a.at);
  await deleteObjects(
    s3,
    bucket,
    others.slice(KEPT - 1).map(({ key }) => key),
  );
}

/** Removes everything in a bucket, or everything whose key begins with `prefix`. */
export async function emptyBucket(s3: S3Client, bucket: string, prefix = ''): Promise<void> {
  for await (const { Contents = [] } of paginateListObjectsV2(
    { client: s3 },
    { Bucket: bucket, Prefix: prefix },
  ))
    await deleteObjects(
      s3,
      bucket,
      Contents.flatMap(({ Key }) => Key ?? []),
    );
}

export const removeBundles = (s3: S3Client, bucket: string): Promise<void> => emptyBucket(s3, bucket, PREFIX);

async function deleteObjects(s3: S3Client, bucket: string, keys: readonly string[]): Promise<void> {
  for (let i = 0; i < keys.length; i += DELETED_AT_ONCE) {
    const Objects = keys.slice(i, i + DELETED_AT_ONCE).map((Key) => ({ Key }));
    const { Errors: [error] = [] } = await s3.send(
      new DeleteObjectsCommand({ Bucket: bucket, Delete: { Objects, Quiet: true } }),
    );
    if (error) throw new Error(`${error.Key} could not be deleted from ${bucket}: ${error.Message}`);
  }
}
