import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';

const CHUNK_BYTES = 1 << 20;

/**
 * A file's hash, read in chunks.
 *
 * @param onBytes Told the bytes read so far.
 */
export async function hashFile(
  path: string,
  algorithm: 'sha256' | 'sha512',
  encoding: 'hex' | 'base64',
  onBytes?: (bytes: number) => void,
): Promise<string> {
  const hash = createHash(algorithm);
  let read = 0;
  for await (const chunk of createReadStream(path, { highWaterMark: CHUNK_BYTES })) {
    hash.update(chunk);
    read += chunk.length;
    onBytes?.(read);
  }
  return hash.digest(encoding);
}

/** Whether a file is there with this size and hash; the size is looked at first. */
export async function isIntact(path: string, expected: { bytes: number; sha256: string }): Promise<boolean> {
  const found = await stat(path).catch(() => undefined);
  if (found?.size !== expected.bytes) return false;
  return (await hashFile(path, 'sha256', 'hex')) === expected.sha256;
}
