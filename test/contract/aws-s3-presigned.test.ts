import { randomUUID } from 'node:crypto';
import { CreateBucketCommand } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ContractClients, connectContract, isEmbedded } from '../../local/aws/testing/clients.ts';

const Bucket = `contract-${randomUUID()}`;

describe.runIf(isEmbedded)('a presigned URL', () => {
  let clients: ContractClients;
  beforeAll(async () => {
    clients = await connectContract();
    await clients.s3.send(new CreateBucketCommand({ Bucket }));
  });
  afterAll(() => clients.stop());

  function presign(key: string, signedAt: Date, expiresSeconds: number): string {
    const date = signedAt.toISOString().replace(/[-:]|\.\d+/g, '');
    const query = new URLSearchParams({
      'X-Amz-Algorithm': 'AWS4-HMAC-SHA256',
      'X-Amz-Date': date,
      'X-Amz-Expires': String(expiresSeconds),
      'X-Amz-Signature': 'unverified',
    });
    return `${clients.url}/${Bucket}/${key}?${query}`;
  }

  it('puts and gets while it is valid, and is refused afterwards', async () => {
    const now = new Date();
    const uploaded = await fetch(presign('signed', now, 60), { method: 'PUT', body: 'body' });
    expect(uploaded.status).toBe(200);
    expect(await (await fetch(presign('signed', now, 60))).text()).toBe('body');
    const expired = await fetch(presign('signed', new Date(now.getTime() - 62_000), 60));
    expect(expired.status).toBe(403);
    expect(await expired.text()).toContain('<Message>Request has expired</Message>');
    expect((await fetch(presign('signed', now, 604_801))).status).toBe(400);
  });
});
