import { PutObjectCommand } from '@aws-sdk/client-s3';
import { getSignedUrl } from '@aws-sdk/s3-request-presigner';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { s3 } from './aws.ts';
import { presignPut } from './presign-put.ts';

beforeAll(() => {
  vi.useFakeTimers({ toFake: ['Date'] });
  Object.assign(process.env, {
    AWS_REGION: 'eu-central-1',
    AWS_ACCESS_KEY_ID: 'test',
    AWS_SECRET_ACCESS_KEY: 'test',
    AWS_SESSION_TOKEN: 'IQoJ+b3/JpZ2lu==',
  });
});
afterAll(() => {
  vi.useRealTimers();
});

/** What a URL says, in whatever order, and however it is escaped. */
const saidBy = (url: string) => {
  const { origin, pathname, searchParams } = new URL(url);
  return { at: origin + pathname, ...Object.fromEntries(searchParams) };
};

// The bucket with a dot has its name in the path, the other in the host.
test.each(['bucket', 'a.bucket'])('is what the SDK makes itself, in %s', async (Bucket) => {
  for (const [Key, ContentLength] of [
    ['uploads/ann/1', 7],
    ['uploads/b.o-b_/2', 20_000_000],
  ] as const) {
    const command = new PutObjectCommand({ Bucket, Key, ContentLength, IfNoneMatch: '*' });
    const theirs = saidBy(await getSignedUrl(s3(), command, { expiresIn: 900 }));
    expect(saidBy(await presignPut(Bucket, Key, ContentLength, 900))).toEqual(theirs);
    expect(theirs).toMatchObject({ 'X-Amz-SignedHeaders': 'content-length;host;if-none-match' });
  }
});
