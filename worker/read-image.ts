import type { Dispatcher } from 'undici';
import { ServiceError } from '../shared/errors.ts';
import type { ByteShare } from './byte-budget.ts';
import { encoded, statusFailure } from './fetch-failures.ts';

/** The largest image file that is read: 20 MiB, so that all that a person calls 20 MB passes. In bytes. */
export const MAX_IMAGE_BYTES = 20 * 1024 * 1024;

/** Where an image is read to, and until when. */
export interface Reading {
  share: ByteShare;
  signal: AbortSignal;
}

/**
 * Reads the image in a response, which is no redirect.
 * @throws ServiceError `DOWNLOAD_FAILED` by its status, `IMAGE_TOO_LARGE` as soon as it shows
 */
export async function readImage(
  { statusCode, headers, body }: Dispatcher.ResponseData,
  { share, signal }: Reading,
): Promise<Buffer> {
  const encoding = [headers['content-encoding'] ?? []].flat().filter(isEncoding).join(', ');
  const refusal =
    statusFailure(statusCode) ??
    (encoding === '' ? undefined : encoded(encoding)) ??
    (Number(one(headers['content-length'])) > MAX_IMAGE_BYTES ? tooLarge() : undefined);
  if (refusal) {
    void body.dump(); // keeps the connection where little is left of it, else closes it
    throw refusal;
  }
  const chunks: Buffer[] = [];
  share.clear(); // of a try that failed nothing is left
  for await (const chunk of body) {
    await share.grow(chunk.length, signal); // meanwhile the host waits, too
    if (share.bytes > MAX_IMAGE_BYTES) throw tooLarge(); // leaving the loop closes the connection
    chunks.push(chunk);
  }
  return Buffer.concat(chunks, share.bytes);
}

/** Nothing is decompressed, so that no file grows on the way. */
const isEncoding = (encoding: string) => !/^(?:identity)?$/i.test(encoding);

const tooLarge = () => new ServiceError('IMAGE_TOO_LARGE', 'The image file is over 20 MB.');

/** A header's value; the first one where it came twice. */
export const one = (header: string | string[] | undefined): string | undefined =>
  Array.isArray(header) ? header[0] : header;
