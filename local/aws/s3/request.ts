import type { IncomingHttpHeaders } from 'node:http';
import { S3Error } from './errors.ts';

/** A request of S3's REST interface in path style. An empty `bucket` or `key` means there is none. */
export interface S3Request {
  readonly method: string;
  /** As it stands in the request line. */
  readonly path: string;
  readonly bucket: string;
  readonly key: string;
  readonly query: URLSearchParams;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

const MAX_KEY_BYTES = 1_024;

/**
 * Takes a request's path and query apart.
 * @param url as it stands in the request line: `/bucket/key?query`
 * @throws S3Error `InvalidURI`, `KeyTooLongError`
 */
export function parseS3Request(
  method: string,
  url: string,
  headers: IncomingHttpHeaders,
  body: Buffer,
): S3Request {
  const mark = url.indexOf('?');
  const rawPath = mark < 0 ? url : url.slice(0, mark);
  const path = decodePath(rawPath);
  const query = new URLSearchParams(mark < 0 ? '' : url.slice(mark + 1));
  const slash = path.indexOf('/', 1);
  const bucket = slash < 0 ? path.slice(1) : path.slice(1, slash);
  const key = slash < 0 ? '' : path.slice(slash + 1);
  if (Buffer.byteLength(key) > MAX_KEY_BYTES) throw new S3Error('KeyTooLongError');
  return { method, path: rawPath, bucket, key, query, headers, body };
}

/** Decodes a URL-encoded path. @throws S3Error `InvalidURI` */
export function decodePath(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    throw new S3Error('InvalidURI');
  }
}

/** The value of a header that must not come twice. */
export function headerOf(request: S3Request, name: string): string | undefined {
  const value = request.headers[name];
  return Array.isArray(value) ? value.join(', ') : value;
}

/**
 * Refuses what the query asks for beyond what an operation knows (`acl`, `versionId`, `uploads`, …).
 * @throws S3Error `NotImplemented`
 */
export function allowQuery(request: S3Request, ...known: readonly string[]): void {
  for (const name of request.query.keys()) {
    if (known.includes(name) || name === 'x-id' || name.startsWith('X-Amz-')) continue;
    throw new S3Error('NotImplemented', `The query parameter ${name} is not emulated.`);
  }
}
