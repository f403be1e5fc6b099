import { setTimeout as sleep } from 'node:timers/promises';
import { GetObjectCommand, PutObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import type { z } from 'zod';
import { s3 } from './aws.ts';
import {
  attemptsOf,
  isConditionalConflict,
  isMissing,
  isNotModified,
  isPreconditionFailed,
} from './aws-errors.ts';

/** Who lost a race for an object waits up to this long before the next, in ms: together they would lose again. */
const RACE_PAUSE_MS = 50;

/** A JSON object of the bucket, with the version that a compare-and-swap names. */
export interface Stored<T> {
  value: T;
  etag: string;
}

/** Reads and parses a JSON object; `undefined` where there is none. */
export async function readJson<T>(
  bucket: string,
  key: string,
  schema: z.ZodType<T>,
  client = s3(),
): Promise<Stored<T> | undefined> {
  const stored = await readText(client, bucket, key);
  return stored && { value: schema.parse(JSON.parse(stored.value)), etag: stored.etag };
}

/** The same, but `'unchanged'` where the object still has the version `known`. */
export async function readJsonIfChanged<T>(
  bucket: string,
  key: string,
  schema: z.ZodType<T>,
  known: string | undefined,
): Promise<Stored<T> | 'unchanged' | undefined> {
  try {
    const stored = await readText(s3(), bucket, key, known);
    return stored && { value: schema.parse(JSON.parse(stored.value)), etag: stored.etag };
  } catch (error) {
    if (known !== undefined && isNotModified(error)) return 'unchanged';
    throw error;
  }
}

/** @param not the version that is not wanted */
async function readText(
  client: S3Client,
  bucket: string,
  key: string,
  not?: string,
): Promise<Stored<string> | undefined> {
  try {
    const { Body, ETag } = await client.send(
      new GetObjectCommand({ Bucket: bucket, Key: key, IfNoneMatch: not }),
    );
    return { value: (await Body?.transformToString()) ?? '', etag: ETag ?? '' };
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
}

/**
 * Writes a JSON object if it is still at the version `expected`, or still absent where that is `undefined`.
 * @returns the new version, or `undefined` where somebody else was first
 */
export async function swapJson(
  bucket: string,
  key: string,
  value: unknown,
  expected: string | undefined,
  client = s3(),
): Promise<string | undefined> {
  const Body = JSON.stringify(value);
  const condition = expected === undefined ? { IfNoneMatch: '*' } : { IfMatch: expected };
  for (;;) {
    try {
      const { ETag } = await client.send(
        new PutObjectCommand({
          Bucket: bucket,
          Key: key,
          Body,
          ContentType: 'application/json',
          ...condition,
        }),
      );
      return ETag ?? '';
    } catch (error) {
      // The SDK tried again, for an answer was lost: what was first may have been this very write.
      if (isPreconditionFailed(error) && attemptsOf(error) > 1)
        return versionHolding(client, bucket, key, Body);
      // With If-Match, a missing object (404) is a lost race too.
      if (isPreconditionFailed(error) || (expected !== undefined && isMissing(error))) return undefined;
      if (!isConditionalConflict(error)) throw error;
      await sleep(Math.random() * RACE_PAUSE_MS);
    }
  }
}

/** The version of an object if it holds exactly this. */
async function versionHolding(
  client: S3Client,
  bucket: string,
  key: string,
  content: string,
): Promise<string | undefined> {
  const stored = await readText(client, bucket, key);
  return stored?.value === content ? stored.etag : undefined;
}

/** Changes a JSON object by compare-and-swap, again until it wins. `change` may return its argument: nothing is written. */
export async function updateJson<T>(
  bucket: string,
  key: string,
  schema: z.ZodType<T>,
  change: (current: T | undefined) => T,
  client = s3(),
): Promise<T> {
  for (;;) {
    const current = await readJson(bucket, key, schema, client);
    const next = change(current?.value);
    if (next === current?.value) return next;
    if ((await swapJson(bucket, key, next, current?.etag, client)) !== undefined) return next;
    await sleep(Math.random() * RACE_PAUSE_MS);
  }
}
