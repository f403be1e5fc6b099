import { PutObjectCommand } from '@aws-sdk/client-s3';
import { getSignedUrl, S3RequestPresigner } from '@aws-sdk/s3-request-presigner';
import { s3 } from './aws.ts';
import { once } from './once.ts';

/** S3 takes the first PUT alone: an object that was put so is fixed. */
export const ONCE = { 'if-none-match': '*' };

const signer = once(() => {
  const { credentials, region, sha256 } = s3().config;
  return new S3RequestPresigner({ credentials, region, sha256 });
});
const addresses = new Map<string, URL>();

/**
 * A URL that takes one PUT, of exactly so many bytes and with the headers {@link ONCE}, into `key` of a bucket. It is what
 * `getSignedUrl` makes; but that puts the client's middleware together and works the bucket's address out for each URL, which
 * takes ten times as long as to sign it.
 * @param key of characters that a path need not escape
 */
export async function presignPut(
  bucket: string,
  key: string,
  bytes: number,
  expiresIn: number,
): Promise<string> {
  const url = new URL(key, await addressOf(bucket));
  const request = {
    method: 'PUT',
    protocol: url.protocol,
    hostname: url.hostname,
    ...(url.port && { port: Number(url.port) }),
    path: url.pathname,
    query: { 'x-id': 'PutObject' },
    headers: { ...ONCE, 'content-length': String(bytes) },
  };
  const { query = {} } = await signer().presign(request, { expiresIn });
  for (const [name, value] of Object.entries(query)) url.searchParams.set(name, String(value));
  return url.href;
}

/** The URL that a bucket's keys are relative to. */
async function addressOf(bucket: string): Promise<URL> {
  const known = addresses.get(bucket);
  if (known) return known;
  const address = new URL('.', await getSignedUrl(s3(), new PutObjectCommand({ Bucket: bucket, Key: '-' })));
  addresses.set(bucket, address);
  return address;
}
