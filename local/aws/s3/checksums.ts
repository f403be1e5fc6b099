import { createHash } from 'node:crypto';
import { crc32 } from 'node:zlib';
import { S3Error } from './errors.ts';

const BASE64 = /^[\w+/]+=*$/;
const PREFIX = 'x-amz-checksum-';

/** The algorithms that Node can compute; others (CRC32C, CRC64NVME) are stored and given back unverified. */
const ALGORITHMS: Readonly<Record<string, (body: Buffer) => string>> = {
  crc32: (body) => {
    const sum = Buffer.alloc(4);
    sum.writeUInt32BE(crc32(body));
    return sum.toString('base64');
  },
  sha1: (body) => createHash('sha1').update(body).digest('base64'),
  sha256: (body) => createHash('sha256').update(body).digest('base64'),
};

/** The checksums of an object by header name, e.g. `x-amz-checksum-crc32`, in base64. */
export type Checksums = Readonly<Record<string, string>>;

/**
 * Verifies the checksums that came with a body, as headers or trailers.
 * @throws S3Error `BadDigest` or `InvalidDigest`
 */
export function verifyChecksums(
  body: Buffer,
  headers: Readonly<Record<string, string | string[] | undefined>>,
): Checksums {
  checkMd5(body, headers['content-md5']);
  const checksums: Record<string, string> = {};
  for (const [name, value] of Object.entries(headers)) {
    if (!name.startsWith(PREFIX) || typeof value !== 'string') continue;
    const algorithm = name.slice(PREFIX.length);
    if (algorithm === 'type' || algorithm === 'algorithm') continue;
    const actual = ALGORITHMS[algorithm]?.(body) ?? value;
    if (actual !== value || !BASE64.test(value))
      throw new S3Error('BadDigest', `The ${algorithm} you specified did not match.`);
    checksums[name] = value;
  }
  return checksums;
}

function checkMd5(body: Buffer, expected: string | string[] | undefined): void {
  if (expected === undefined) return;
  if (typeof expected !== 'string' || Buffer.from(expected, 'base64').length !== 16) {
    throw new S3Error('InvalidDigest');
  }
  if (createHash('md5').update(body).digest('base64') !== expected) throw new S3Error('BadDigest');
}
