import { createHash } from 'node:crypto';
import type { OutgoingHttpHeaders } from 'node:http';
import type { Reply } from '../http-reply.ts';
import { renderXml } from '../xml.ts';
import { decodeAwsChunked } from './aws-chunked.ts';
import type { Bucket, StoredObject } from './bucket.ts';
import { parseRange } from './byte-range.ts';
import { type Checksums, verifyChecksums } from './checksums.ts';
import { checkReadConditions, checkWriteConditions } from './conditions.ts';
import { S3Error } from './errors.ts';
import { allowQuery, decodePath, headerOf, type S3Request } from './request.ts';

const KEPT_HEADERS = ['content-type', 'cache-control', 'content-disposition', 'content-language', 'expires'];
const HEADER_TEXT = /^[\x20-\x7e]*$/;
const MAX_METADATA_BYTES = 2_048;
/** Headers of an answer that a reader may have replaced, by query parameter. */
const OVERRIDES = [...KEPT_HEADERS, 'content-encoding'].map((name) => [`response-${name}`, name] as const);

/** PutObject. @throws S3Error by condition, checksum and form of the body */
export function putObject(request: S3Request, bucket: Bucket): Reply {
  allowQuery(request);
  checkWriteConditions(request, bucket.get(request.key));
  const { body, trailers } = bodyOf(request);
  const checksums = verifyChecksums(body, { ...request.headers, ...trailers });
  const object = storeObject(bucket, request.key, body, headersToKeep(request), checksums);
  return { status: 200, headers: { etag: object.etag, ...checksumHeaders(object) } };
}

/** GetObject, whole or a range of it. */
export function getObject(request: S3Request, bucket: Bucket): Reply {
  allowQuery(request, ...OVERRIDES.map(([parameter]) => parameter));
  const object = findReadable(request, bucket);
  const range = parseRange(headerOf(request, 'range'), object.body.length);
  const headers = { ...describe(request, object), ...overriddenHeaders(request) };
  if (range === undefined) return { status: 200, headers, body: object.body };
  return {
    status: 206,
    headers: {
      ...describe(request, { ...object, checksums: {} }),
      ...overriddenHeaders(request),
      'content-range': `bytes ${range.first}-${range.last}/${object.body.length}`,
    },
    body: object.body.subarray(range.first, range.last + 1),
  };
}

/** HeadObject. */
export function headObject(request: S3Request, bucket: Bucket): Reply {
  allowQuery(request);
  const object = findReadable(request, bucket);
  return { status: 200, headers: { ...describe(request, object), 'content-length': object.body.length } };
}

/** DeleteObject; to delete what is not there is no error. */
export function deleteObject(request: S3Request, bucket: Bucket): Reply {
  allowQuery(request);
  if (headerOf(request, 'if-match') !== undefined) checkWriteConditions(request, bucket.get(request.key));
  bucket.delete(request.key);
  return { status: 204 };
}

/** CopyObject within this endpoint, with the source's metadata unless the request replaces it. */
export function copyObject(
  request: S3Request,
  bucket: Bucket,
  bucketOf: (name: string) => Bucket,
  source: string,
): Reply {
  allowQuery(request);
  const [, sourceBucket, sourceKey] = /^\/?([^/]+)\/(.+)$/s.exec(decodePath(source)) ?? [];
  if (sourceBucket === undefined || sourceKey === undefined) throw new S3Error('InvalidArgument');
  const original = bucketOf(sourceBucket).get(sourceKey);
  if (original === undefined) throw new S3Error('NoSuchKey');
  checkWriteConditions(request, bucket.get(request.key));
  const replaced = headerOf(request, 'x-amz-metadata-directive') === 'REPLACE';
  const headers = replaced ? headersToKeep(request) : original.headers;
  const copy = storeObject(bucket, request.key, original.body, headers, original.checksums);
  const result = { CopyObjectResult: { LastModified: copy.modifiedAt, ETag: copy.etag } };
  return { status: 200, headers: { 'content-type': 'application/xml' }, body: renderXml(result) };
}

function storeObject(
  bucket: Bucket,
  key: string,
  body: Buffer,
  headers: StoredObject['headers'],
  checksums: Checksums,
): StoredObject {
  const etag = `"${createHash('md5').update(body).digest('hex')}"`;
  const object = { body, etag, modifiedAt: new Date(), headers, checksums };
  bucket.put(key, object);
  return object;
}

function findReadable(request: S3Request, bucket: Bucket): StoredObject {
  const object = bucket.get(request.key);
  if (object === undefined) throw new S3Error('NoSuchKey');
  checkReadConditions(request, object);
  return object;
}

function bodyOf(request: S3Request): ReturnType<typeof decodeAwsChunked> {
  const isChunked = headerOf(request, 'x-amz-content-sha256')?.startsWith('STREAMING-') === true;
  if (!isChunked) return { body: request.body, trailers: {} };
  const decoded = decodeAwsChunked(request.body);
  const length = headerOf(request, 'x-amz-decoded-content-length');
  if (length !== undefined && Number(length) !== decoded.body.length) throw new S3Error('IncompleteBody');
  return decoded;
}

function headersToKeep(request: S3Request): Record<string, string> {
  const kept: Record<string, string> = { 'content-type': 'binary/octet-stream' };
  let metadataBytes = 0;
  for (const [name, value] of Object.entries(request.headers)) {
    if (typeof value !== 'string') continue;
    const isMetadata = name.startsWith('x-amz-meta-');
    if (isMetadata) metadataBytes += name.length - 'x-amz-meta-'.length + Buffer.byteLength(value);
    if (isMetadata || KEPT_HEADERS.includes(name)) kept[name] = value;
  }
  const encoding = headerOf(request, 'content-encoding')?.replace(/\baws-chunked\b,?\s*/, '');
  if (encoding) kept['content-encoding'] = encoding;
  if (metadataBytes > MAX_METADATA_BYTES) throw new S3Error('MetadataTooLarge');
  return kept;
}

function describe(request: S3Request, object: StoredObject): OutgoingHttpHeaders {
  const withChecksums = headerOf(request, 'x-amz-checksum-mode')?.toUpperCase() === 'ENABLED';
  return {
    ...object.headers,
    ...(withChecksums && checksumHeaders(object)),
    etag: object.etag,
    'last-modified': object.modifiedAt.toUTCString(),
    'accept-ranges': 'bytes',
  };
}

function checksumHeaders({ checksums }: StoredObject): OutgoingHttpHeaders {
  return Object.keys(checksums).length === 0 ? {} : { ...checksums, 'x-amz-checksum-type': 'FULL_OBJECT' };
}

function overriddenHeaders(request: S3Request): OutgoingHttpHeaders {
  const headers: OutgoingHttpHeaders = {};
  for (const [parameter, name] of OVERRIDES) {
    const value = request.query.get(parameter);
    if (value === null) continue;
    if (!HEADER_TEXT.test(value)) throw new S3Error('InvalidArgument');
    headers[name] = value;
  }
  return headers;
}
