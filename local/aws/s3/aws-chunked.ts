import { S3Error } from './errors.ts';

/** A body as it was before the SDK cut it into chunks, and the headers that trailed it. */
export interface Unchunked {
  readonly body: Buffer;
  readonly trailers: Readonly<Record<string, string>>;
}

const LINE_END = Buffer.from('\r\n');

/**
 * Decodes `Content-Encoding: aws-chunked`: lines of `<hex length>[;chunk-signature=…]`, each followed by so many
 * bytes, then a chunk of length 0 and the trailers.
 * @throws S3Error `IncompleteBody` when it breaks off, or is something else
 */
export function decodeAwsChunked(encoded: Buffer): Unchunked {
  const chunks: Buffer[] = [];
  let at = 0;
  for (;;) {
    const { line, next } = readLine(encoded, at);
    const length = /^[0-9a-f]{1,8}(?=;|$)/i.exec(line)?.[0];
    if (length === undefined) throw new S3Error('IncompleteBody');
    const bytes = Number.parseInt(length, 16);
    if (bytes === 0) return { body: Buffer.concat(chunks), trailers: readTrailers(encoded, next) };
    at = next + bytes + LINE_END.length;
    if (at > encoded.length) throw new S3Error('IncompleteBody');
    chunks.push(encoded.subarray(next, next + bytes));
  }
}

function readLine(encoded: Buffer, from: number): { line: string; next: number } {
  const end = encoded.indexOf(LINE_END, from);
  if (end < 0) throw new S3Error('IncompleteBody');
  return { line: encoded.toString('latin1', from, end), next: end + LINE_END.length };
}

function readTrailers(encoded: Buffer, from: number): Record<string, string> {
  const trailers: Record<string, string> = {};
  for (const line of encoded.toString('latin1', from).split(/\r?\n/)) {
    const colon = line.indexOf(':');
    if (colon > 0) trailers[line.slice(0, colon).trim().toLowerCase()] = line.slice(colon + 1).trim();
  }
  return trailers;
}
