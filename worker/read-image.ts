import { createHash } from 'node:crypto';
import type { Dispatcher } from 'undici';
import { tooLargeBy } from '../shared/image-size.ts';
import type { ByteShare } from './byte-budget.ts';
import { encoded, statusFailure } from './fetch-failures.ts';

/** Where an image is read to, and until when. */
export interface Reading {
  share: ByteShare;
  signal: AbortSignal;
}

/** An image file as it came. */
export interface ImageFile {
  bytes: Buffer;
  /** SHA-256, in base64url: files of the same hash are the same. */
  hash: string;
}

/**
 * Reads the image in a response, which is no redirect.
 * @throws ServiceError `DOWNLOAD_FAILED` by its status, `IMAGE_TOO_LARGE` as soon as it shows
 */
export async function readImage(
  { statusCode, headers, body }: Dispatcher.ResponseData,
  reading: Reading,
): Promise<ImageFile> {
  const encoding = [headers['content-encoding'] ?? []].flat().filter(isEncoding).join(', ');
  const refusal =
    statusFailure(statusCode) ??
    (encoding === '' ? undefined : encoded(encoding)) ??
    tooLargeBy(Number(one(headers['content-length'])));
  if (refusal) {
    void body.dump(); // keeps the connection where little is left of it, else closes it
    throw refusal;
  }
  return collect(body, reading);
}

/**
 * Reads an image file to its end.
 * @throws ServiceError `IMAGE_TOO_LARGE` as soon as it shows
 */
export async function collect(body: AsyncIterable<Buffer>, { share, signal }: Reading): Promise<ImageFile> {
  const chunks: Buffer[] = [];
  // On the way, while there is time: all at once 20 MB would hold everything else up for 20 ms.
  const hash = createHash('sha256');
  share.clear(); // of a try that failed nothing is left
  for await (const chunk of body) {
    await share.grow(chunk.length, signal); // meanwhile the host waits, too
    const refusal = tooLargeBy(share.bytes);
    if (refusal) throw refusal; // leaving the loop closes the connection
    chunks.push(chunk);
    hash.update(chunk);
  }
  return { bytes: Buffer.concat(chunks, share.bytes), hash: hash.digest('base64url') };
}

/** Nothing is decompressed, so that no file grows on the way. */
const isEncoding = (encoding: string) => !/^(?:identity)?$/i.test(encoding);

/** A header's value; the first one where it came twice. */
export const one = (header: string | string[] | undefined): string | undefined =>
  Array.isArray(header) ? header[0] : header;
