import { S3Error } from './errors.ts';

/** Offsets of the first and the last byte, both included. */
export interface ByteRange {
  readonly first: number;
  readonly last: number;
}

/**
 * Reads a `Range` header: `bytes=a-b`, `bytes=a-` or `bytes=-n`. Anything else (several ranges, another unit) is
 * ignored, as RFC 9110 allows and S3 does.
 * @param size bytes of the object
 * @throws S3Error `InvalidRange` when no byte lies within it
 */
export function parseRange(header: string | undefined, size: number): ByteRange | undefined {
  const [whole, from = '', to = ''] = /^bytes=(\d*)-(\d*)$/.exec(header ?? '') ?? [];
  if (whole === undefined || (from === '' && to === '')) return undefined;
  const first = from === '' ? Math.max(0, size - Number(to)) : Number(from);
  const last = from === '' || to === '' ? size - 1 : Math.min(Number(to), size - 1);
  if (from !== '' && to !== '' && Number(to) < Number(from)) return undefined;
  if (first > last) throw new S3Error('InvalidRange');
  return { first, last };
}
