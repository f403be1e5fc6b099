import type { StoredObject } from './bucket.ts';
import { S3Error } from './errors.ts';
import { headerOf, type S3Request } from './request.ts';

/**
 * Conditions of a write: `If-None-Match: *` (only if there is none yet) and `If-Match` (only over this version).
 * @throws S3Error `PreconditionFailed`; `NoSuchKey` for `If-Match` where nothing is; `NotImplemented` for
 * another value of `If-None-Match`, as on AWS
 */
export function checkWriteConditions(request: S3Request, existing: StoredObject | undefined): void {
  const ifNoneMatch = headerOf(request, 'if-none-match');
  if (ifNoneMatch !== undefined) {
    if (ifNoneMatch !== '*') throw new S3Error('NotImplemented');
    if (existing !== undefined) throw new S3Error('PreconditionFailed');
  }
  const ifMatch = headerOf(request, 'if-match');
  if (ifMatch === undefined) return;
  if (existing === undefined) throw new S3Error('NoSuchKey');
  if (!matches(ifMatch, existing)) throw new S3Error('PreconditionFailed');
}

/**
 * Conditions of a read; those on the ETag outrank those on the date, as RFC 9110 says.
 * @throws S3Error `PreconditionFailed` or `NotModified`
 */
export function checkReadConditions(request: S3Request, object: StoredObject): void {
  const ifMatch = headerOf(request, 'if-match');
  const unmodifiedSince = timeOf(headerOf(request, 'if-unmodified-since'));
  if (ifMatch !== undefined) {
    if (!matches(ifMatch, object)) throw new S3Error('PreconditionFailed');
  } else if (unmodifiedSince !== undefined && secondOf(object) > unmodifiedSince) {
    throw new S3Error('PreconditionFailed');
  }
  const ifNoneMatch = headerOf(request, 'if-none-match');
  const modifiedSince = timeOf(headerOf(request, 'if-modified-since'));
  if (ifNoneMatch !== undefined) {
    if (matches(ifNoneMatch, object)) throw new S3Error('NotModified');
  } else if (modifiedSince !== undefined && secondOf(object) <= modifiedSince) {
    throw new S3Error('NotModified');
  }
}

function matches(tags: string, object: StoredObject): boolean {
  const bare = object.etag.replaceAll('"', '');
  return tags.split(',').some((tag) => {
    const trimmed = tag.trim();
    return trimmed === '*' || trimmed.replaceAll('"', '') === bare;
  });
}

/** HTTP dates have no milliseconds. */
function secondOf(object: StoredObject): number {
  return Math.floor(object.modifiedAt.getTime() / 1000) * 1000;
}

function timeOf(date: string | undefined): number | undefined {
  const time = Date.parse(date ?? '');
  return Number.isNaN(time) ? undefined : time;
}
