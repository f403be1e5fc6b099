import { randomUUID } from 'node:crypto';
import { CreateBucketCommand, GetObjectCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { getSignedUrl } from '@aws-sdk/s3-request-presigner';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ContractClients, connectContract, isEmbedded } from '../../local/aws/testing/clients.ts';

const Bucket = `contract-${randomUUID()}`;

describe.runIf(isEmbedded)('a presigned URL', () => {
  let clients: ContractClients;
  let s3: S3Client;
  beforeAll(async () => {
    clients = await connectContract();
    s3 = new S3Client({
      endpoint: clients.url,
      region: 'us-east-1',
      credentials: { accessKeyId: 'contract', secretAccessKey: 'contract' },
      forcePathStyle: true,
      // Else the URL to put would name the checksum of no body at all.
      requestChecksumCalculation: 'WHEN_REQUIRED',
      responseChecksumValidation: 'WHEN_REQUIRED',
    });
    await s3.send(new CreateBucketCommand({ Bucket }));
  });
  afterAll(() => {
    s3.destroy();
    return clients.stop();
  });

  const toGet = (Key: string, signedAt = Date.now()) =>
    getSignedUrl(s3, new GetObjectCommand({ Bucket, Key }), {
      expiresIn: 60,
      signingDate: new Date(signedAt),
    });
  const toPut = (Key: string, ContentLength: number, IfNoneMatch?: string) =>
    getSignedUrl(s3, new PutObjectCommand({ Bucket, Key, ContentLength, IfNoneMatch }));
  const put = (url: string, body: string | ReadableStream, headers: Record<string, string> = {}) =>
    fetch(url, { method: 'PUT', body, headers, ...(body instanceof ReadableStream && { duplex: 'half' }) });
  const refusal = async (answer: Response) => [
    answer.status,
    /<Code>(\w+)<\/Code>/.exec(await answer.text())?.[1],
  ];

  it('puts and gets while it is valid, and is refused afterwards', async () => {
    expect((await put(await toPut('signed one', 4), 'body')).status).toBe(200);
    expect(await (await fetch(await toGet('signed one'))).text()).toBe('body');
    const expired = await fetch(await toGet('signed one', Date.now() - 62_000));
    expect(expired.status).toBe(403);
    expect(await expired.text()).toContain('<Message>Request has expired</Message>');
    const forEver = (await toGet('signed one')).replace('X-Amz-Expires=60', 'X-Amz-Expires=604801');
    expect(await refusal(await fetch(forEver))).toEqual([400, 'AuthorizationQueryParametersError']);
  });

  it('takes a body of the length that was signed, and no other', async () => {
    const url = await toPut('length', 4);
    expect(await refusal(await put(url, 'longer'))).toEqual([403, 'SignatureDoesNotMatch']);
    expect(await refusal(await put(url, ''))).toEqual([403, 'SignatureDoesNotMatch']);
    const unmeasured = new Blob(['longer']).stream();
    expect(await refusal(await put(url, unmeasured))).toEqual([403, 'SignatureDoesNotMatch']);
    expect((await put(url, 'body')).status).toBe(200);
  });

  it('does what was signed and nothing else: not on another object, nor by another method, nor for longer', async () => {
    const url = await toPut('mine', 4);
    const others = [
      url.replace('/mine', '/yours'),
      url.replace('X-Amz-Expires=900', 'X-Amz-Expires=901'),
      url.replace('content-length%3Bhost', 'host'),
      url.replace(/Signature=\w{4}/, 'Signature=0000'),
    ];
    for (const other of others) {
      expect(other).not.toBe(url);
      expect(await refusal(await put(other, 'body'))).toEqual([403, 'SignatureDoesNotMatch']);
    }
    expect(await refusal(await fetch(url))).toEqual([403, 'SignatureDoesNotMatch']);
    const unsigned = { 'x-amz-copy-source': `/${Bucket}/signed one` };
    expect(await refusal(await put(url, 'body', unsigned))).toEqual([403, 'AccessDenied']);
  });

  it('that was signed with If-None-Match needs the header, and writes once', async () => {
    const url = await toPut('once', 4, '*');
    expect(await refusal(await put(url, 'body'))).toEqual([403, 'SignatureDoesNotMatch']);
    expect((await put(url, 'body', { 'if-none-match': '*' })).status).toBe(200);
    expect(await refusal(await put(url, 'evil', { 'if-none-match': '*' }))).toEqual([
      412,
      'PreconditionFailed',
    ]);
    expect(await (await fetch(await toGet('once'))).text()).toBe('body');
  });
});
