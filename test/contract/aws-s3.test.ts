import { randomUUID } from 'node:crypto';
import { Readable } from 'node:stream';
import * as sdk from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ContractClients, connectContract, isEmbedded } from '../../local/aws/testing/clients.ts';

const Bucket = `contract-${randomUUID()}`;

let clients: ContractClients;
let s3: sdk.S3Client;

beforeAll(async () => {
  clients = await connectContract();
  s3 = clients.s3;
  await s3.send(new sdk.CreateBucketCommand({ Bucket }));
});

afterAll(async () => {
  for (const { Key } of (await list()).Contents ?? [])
    await s3.send(new sdk.DeleteObjectCommand({ Bucket, Key }));
  await s3.send(new sdk.DeleteBucketCommand({ Bucket })).catch(() => {});
  await clients.stop();
});

const put = (
  Key: string,
  Body: string | Uint8Array = 'body',
  more: Partial<sdk.PutObjectCommandInput> = {},
) => s3.send(new sdk.PutObjectCommand({ Bucket, Key, Body, ...more }));
const get = (Key: string, more: Partial<sdk.GetObjectCommandInput> = {}) =>
  s3.send(new sdk.GetObjectCommand({ Bucket, Key, ...more }));
const head = (Key: string) => s3.send(new sdk.HeadObjectCommand({ Bucket, Key }));
const remove = (Key: string, more: Partial<sdk.DeleteObjectCommandInput> = {}) =>
  s3.send(new sdk.DeleteObjectCommand({ Bucket, Key, ...more }));
const list = (more: Partial<sdk.ListObjectsV2CommandInput> = {}) =>
  s3.send(new sdk.ListObjectsV2Command({ Bucket, ...more }));
const textOf = async (object: sdk.GetObjectCommandOutput) => object.Body?.transformToString();
const status = (httpStatusCode: number) => ({ $metadata: { httpStatusCode } });
const missing = { name: 'NoSuchKey', ...status(404) };
const unmet = { name: 'PreconditionFailed', ...status(412) };

describe('an object', () => {
  it('comes back byte for byte, with its type, metadata and ETag', async () => {
    const bytes = Uint8Array.from({ length: 70_000 }, (_, i) => i % 256);
    const { ETag } = await put('bytes', bytes, { ContentType: 'image/png', Metadata: { origin: 'camera' } });
    const object = await get('bytes');
    expect(Buffer.from((await object.Body?.transformToByteArray()) ?? []).equals(bytes)).toBe(true);
    const described = {
      ContentType: 'image/png',
      ContentLength: 70_000,
      Metadata: { origin: 'camera' },
      ETag,
    };
    expect(object).toMatchObject(described);
    expect(await head('bytes')).toMatchObject(described);
    expect(Math.abs((object.LastModified?.getTime() ?? 0) - Date.now())).toBeLessThan(60_000);
  });

  it.each([0, 1, 9, 8_192, 300_000])(
    'sent as a stream of %i bytes arrives without its chunk marks',
    async (size) => {
      const half = Buffer.alloc(Math.floor(size / 2), 'a');
      const rest = Buffer.alloc(size - half.length, '\n');
      const Body = Readable.from([half, rest].filter((chunk) => chunk.length > 0));
      const ContentLength = size;
      await s3.send(
        new sdk.PutObjectCommand({ Bucket, Key: 'stream', Body, ContentLength, ContentType: 'text/plain' }),
      );
      const object = await get('stream');
      expect(object.ContentEncoding).toBeUndefined();
      expect(await textOf(object)).toBe(Buffer.concat([half, rest]).toString());
    },
  );

  it.each(['a b', 'ä/世界', 'plus+percent%2F', 'a&b=c?d#e', "it's (!) <x>", 'slash//slash/', '..'])(
    'may be called %j',
    async (Key) => {
      await put(Key, Key);
      expect(await textOf(await get(Key))).toBe(Key);
      expect((await list({ Prefix: Key })).Contents?.map((object) => object.Key)).toEqual([Key]);
      const deletion = { Objects: [{ Key }] };
      const { Deleted } = await s3.send(new sdk.DeleteObjectsCommand({ Bucket, Delete: deletion }));
      expect(Deleted).toMatchObject([{ Key }]);
      await expect(get(Key)).rejects.toMatchObject(missing);
    },
  );

  it('that does not exist is missing to a read, and no error to a delete', async () => {
    await expect(get('absent')).rejects.toMatchObject(missing);
    await expect(head('absent')).rejects.toMatchObject({ name: 'NotFound', ...status(404) });
    await remove('absent');
  });

  it('whose checksum does not match is not stored', async () => {
    const { ChecksumCRC32: ofOther = '' } = await put('other', 'other', { ChecksumAlgorithm: 'CRC32' });
    const wrong = [{ ChecksumCRC32: ofOther }, { ContentMD5: 'AAAAAAAAAAAAAAAAAAAAAA==' }];
    for (const checksum of wrong) {
      await expect(put('damaged', 'body', checksum)).rejects.toMatchObject({ name: 'BadDigest' });
    }
    await expect(get('damaged')).rejects.toMatchObject(missing);
  });

  it('can be copied, metadata and all', async () => {
    await put('original', 'body', { Metadata: { a: '1' } });
    const CopySource = `${Bucket}/original`;
    await s3.send(new sdk.CopyObjectCommand({ Bucket, Key: 'copy', CopySource }));
    const replaced = { MetadataDirective: 'REPLACE' as const, Metadata: { b: '2' } };
    await s3.send(new sdk.CopyObjectCommand({ Bucket, Key: 'changed', CopySource, ...replaced }));
    expect((await get('copy')).Metadata).toEqual({ a: '1' });
    expect((await get('changed')).Metadata).toEqual({ b: '2' });
    expect(await textOf(await get('changed'))).toBe('body');
  });
});

describe('a conditional write', () => {
  it('with If-None-Match: * has one winner', async () => {
    const attempts = Array.from({ length: 8 }, (_, i) => put('once', `writer ${i}`, { IfNoneMatch: '*' }));
    const outcomes = await Promise.allSettled(attempts);
    const winners = outcomes.flatMap((outcome, i) => (outcome.status === 'fulfilled' ? [i] : []));
    expect(winners).toHaveLength(1);
    expect(await textOf(await get('once'))).toBe(`writer ${winners[0]}`);
    for (const outcome of outcomes)
      if (outcome.status === 'rejected') expect(outcome.reason).toMatchObject(unmet);
  });

  it('with If-Match writes only over the version it names', async () => {
    await expect(put('swap', 'a', { IfMatch: '"0"' })).rejects.toMatchObject(missing);
    const { ETag: first } = await put('swap', 'a');
    const { ETag: second } = await put('swap', 'b', { IfMatch: first });
    await expect(put('swap', 'c', { IfMatch: first })).rejects.toMatchObject(unmet);
    expect(await textOf(await get('swap'))).toBe('b');
    await expect(remove('swap', { IfMatch: first })).rejects.toMatchObject(unmet);
    await remove('swap', { IfMatch: second });
    await expect(get('swap')).rejects.toMatchObject(missing);
  });
});

describe('a read', () => {
  it('can be of a range', async () => {
    await put('digits', '0123456789');
    const read = async (Range: string) => {
      const object = await get('digits', { Range });
      return [await textOf(object), object.ContentRange];
    };
    expect(await read('bytes=2-4')).toEqual(['234', 'bytes 2-4/10']);
    expect(await read('bytes=7-')).toEqual(['789', 'bytes 7-9/10']);
    expect(await read('bytes=-2')).toEqual(['89', 'bytes 8-9/10']);
    expect(await read('bytes=8-99')).toEqual(['89', 'bytes 8-9/10']);
    await expect(read('bytes=10-')).rejects.toMatchObject({ name: 'InvalidRange', ...status(416) });
  });

  it('can depend on the version', async () => {
    const { ETag } = await put('version', 'body');
    await expect(get('version', { IfNoneMatch: ETag })).rejects.toMatchObject(status(304));
    await expect(get('version', { IfMatch: '"0"' })).rejects.toMatchObject(unmet);
    expect(await textOf(await get('version', { IfMatch: ETag, IfNoneMatch: '"0"' }))).toBe('body');
    const { LastModified: IfModifiedSince } = await head('version');
    await expect(get('version', { IfModifiedSince })).rejects.toMatchObject(status(304));
  });
});

describe('a listing', () => {
  beforeAll(async () => {
    for (const key of ['a', 'd/1', 'd/2', 'd/e/3', 'f/4', 'z z']) await put(`list/${key}`);
  });

  it('is in order, by prefix and after a key', async () => {
    const keys = async (more: Partial<sdk.ListObjectsV2CommandInput>) =>
      (await list(more)).Contents?.map((object) => object.Key);
    expect(await keys({ Prefix: 'list/d/' })).toEqual(['list/d/1', 'list/d/2', 'list/d/e/3']);
    expect(await keys({ Prefix: 'list/', StartAfter: 'list/d/e/3' })).toEqual(['list/f/4', 'list/z z']);
    expect(await keys({ Prefix: 'list/z', EncodingType: 'url' })).toEqual(['list/z+z']);
    expect(await keys({ Prefix: 'nothing/' })).toBeUndefined();
  });

  it('rolls keys up at a delimiter', async () => {
    const page = await list({ Prefix: 'list/', Delimiter: '/' });
    expect(page.Contents?.map((object) => object.Key)).toEqual(['list/a', 'list/z z']);
    expect(page.CommonPrefixes?.map((common) => common.Prefix)).toEqual(['list/d/', 'list/f/']);
    expect(page.KeyCount).toBe(4);
  });

  it.each([
    ['', ['list/a', 'list/d/1', 'list/d/2', 'list/d/e/3', 'list/f/4', 'list/z z']],
    ['/', ['list/a', 'list/d/', 'list/f/', 'list/z z']],
  ])('comes in pages, each item once (delimiter %j)', async (delimiter, expected) => {
    const Delimiter = delimiter || undefined;
    const shown: (string | undefined)[] = [];
    const pages = sdk.paginateListObjectsV2(
      { client: s3, pageSize: 1 },
      { Bucket, Prefix: 'list/', Delimiter },
    );
    for await (const page of pages) {
      expect(page.KeyCount).toBe(1);
      shown.push(...(page.Contents ?? []).map((object) => object.Key));
      shown.push(...(page.CommonPrefixes ?? []).map((common) => common.Prefix));
    }
    expect(shown).toEqual(expected);
  });
});

describe('a bucket', () => {
  it('exists once created, and can go only when it is empty', async () => {
    const other = { Bucket: `contract-${randomUUID()}` };
    await expect(s3.send(new sdk.HeadBucketCommand(other))).rejects.toMatchObject(status(404));
    await s3.send(new sdk.CreateBucketCommand(other));
    await s3.send(new sdk.HeadBucketCommand(other));
    await s3.send(new sdk.PutObjectCommand({ ...other, Key: 'k', Body: 'b' }));
    const { Buckets } = await s3.send(new sdk.ListBucketsCommand());
    expect(Buckets?.map((bucket) => bucket.Name)).toContain(other.Bucket);
    await expect(s3.send(new sdk.DeleteBucketCommand(other))).rejects.toMatchObject({
      name: 'BucketNotEmpty',
    });
    await s3.send(new sdk.DeleteObjectCommand({ ...other, Key: 'k' }));
    await s3.send(new sdk.DeleteBucketCommand(other));
    const gone = new sdk.GetObjectCommand({ ...other, Key: 'k' });
    await expect(s3.send(gone)).rejects.toMatchObject({ name: 'NoSuchBucket' });
  });

  it.runIf(isEmbedded)('refuses by name what is not emulated', async () => {
    const refused = { name: 'NotImplemented', ...status(501) };
    await put('plain');
    const commands = [
      s3.send(new sdk.CreateMultipartUploadCommand({ Bucket, Key: 'plain' })),
      s3.send(new sdk.GetObjectAclCommand({ Bucket, Key: 'plain' })),
      s3.send(new sdk.ListObjectsCommand({ Bucket })),
      s3.send(new sdk.GetBucketVersioningCommand({ Bucket })),
      s3.send(new sdk.PutBucketTaggingCommand({ Bucket, Tagging: { TagSet: [] } })),
      put('plain', 'body', { IfNoneMatch: '"0"' }),
    ];
    for (const command of commands) await expect(command).rejects.toMatchObject(refused);
  });
});
