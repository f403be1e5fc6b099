import type { Reply } from '../http-reply.ts';
import { renderXml } from '../xml.ts';
import type { Bucket } from './bucket.ts';
import { S3Error } from './errors.ts';
import { allowQuery, type S3Request } from './request.ts';

const MAX_KEYS = 1_000;
const NAMESPACE = 'http://s3.amazonaws.com/doc/2006-03-01/';

interface Listing {
  readonly keys: string[];
  readonly prefixes: string[];
  /** The last key or common prefix shown, when more follow. */
  readonly lastShown: string | undefined;
}

/** ListObjectsV2. @throws S3Error `InvalidArgument` for a bad page size, token or encoding */
export function listObjects(request: S3Request, bucket: Bucket): Reply {
  const { query } = request;
  allowQuery(
    request,
    ...[
      'list-type',
      'prefix',
      'delimiter',
      'max-keys',
      'continuation-token',
      'start-after',
      'encoding-type',
      'fetch-owner',
    ],
  );
  const encode = encoderOf(query.get('encoding-type'));
  const maximum = maximumOf(query.get('max-keys'));
  const token = query.get('continuation-token');
  const after = token === null ? query.get('start-after') : Buffer.from(token, 'base64url').toString();
  const prefix = query.get('prefix') ?? '';
  const delimiter = query.get('delimiter') ?? '';
  const listing = list(bucket.keys, prefix, delimiter, after ?? '', maximum);
  const result = {
    Name: bucket.name,
    Prefix: encode(prefix),
    Delimiter: delimiter === '' ? undefined : encode(delimiter),
    StartAfter: query.has('start-after') ? encode(query.get('start-after') ?? '') : undefined,
    ContinuationToken: token ?? undefined,
    EncodingType: query.get('encoding-type') ?? undefined,
    KeyCount: listing.keys.length + listing.prefixes.length,
    MaxKeys: maximum,
    IsTruncated: listing.lastShown !== undefined,
    NextContinuationToken: listing.lastShown && Buffer.from(listing.lastShown).toString('base64url'),
    Contents: listing.keys.map((key) => describe(bucket, key, encode)),
    CommonPrefixes: listing.prefixes.map((common) => ({ Prefix: encode(common) })),
  };
  const xml = renderXml(result);
  return {
    status: 200,
    headers: { 'content-type': 'application/xml' },
    body: `<?xml version="1.0" encoding="UTF-8"?><ListBucketResult xmlns="${NAMESPACE}">${xml}</ListBucketResult>`,
  };
}

function list(
  allKeys: readonly string[],
  prefix: string,
  delimiter: string,
  after: string,
  maximum: number,
): Listing {
  const keys: string[] = [];
  const prefixes: string[] = [];
  let lastShown = '';
  // Keys of a common prefix that was shown on the page before, or a moment ago, are part of it.
  let shownPrefix =
    delimiter !== '' && after.startsWith(prefix) ? commonPrefix(after, prefix, delimiter) : undefined;
  if (shownPrefix !== after) shownPrefix = undefined;
  for (let at = firstIndexFrom(allKeys, prefix > after ? prefix : after); at < allKeys.length; at++) {
    const key = allKeys[at];
    if (key === undefined || !key.startsWith(prefix)) break;
    if (key <= after && after !== '') continue;
    if (shownPrefix !== undefined && key.startsWith(shownPrefix)) continue;
    if (keys.length + prefixes.length === maximum)
      return { keys, prefixes, lastShown: lastShown || undefined };
    const common = commonPrefix(key, prefix, delimiter);
    if (common === undefined) keys.push(key);
    else prefixes.push(common);
    shownPrefix = common;
    lastShown = common ?? key;
  }
  return { keys, prefixes, lastShown: undefined };
}

function commonPrefix(key: string, prefix: string, delimiter: string): string | undefined {
  const end = delimiter === '' ? -1 : key.indexOf(delimiter, prefix.length);
  return end < 0 ? undefined : key.slice(0, end + delimiter.length);
}

/** Binary search for the first key that is not less than `bound`. */
function firstIndexFrom(keys: readonly string[], bound: string): number {
  let low = 0;
  let high = keys.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((keys[middle] ?? '') < bound) low = middle + 1;
    else high = middle;
  }
  return low;
}

function describe(bucket: Bucket, key: string, encode: (text: string) => string) {
  const object = bucket.get(key);
  return {
    Key: encode(key),
    LastModified: object?.modifiedAt,
    ETag: object?.etag,
    Size: object?.body.length,
    StorageClass: 'STANDARD',
  };
}

function encoderOf(type: string | null): (text: string) => string {
  if (type === null) return (text) => text;
  if (type !== 'url') throw new S3Error('InvalidArgument', 'Invalid Encoding Method specified in Request');
  return (text) => encodeURIComponent(text).replaceAll('%2F', '/').replaceAll('%20', '+');
}

function maximumOf(text: string | null): number {
  const maximum = text === null ? MAX_KEYS : Number(text);
  if (!Number.isInteger(maximum) || maximum < 0) throw new S3Error('InvalidArgument', 'Invalid max-keys.');
  return Math.min(maximum, MAX_KEYS);
}
