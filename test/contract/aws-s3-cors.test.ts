import { randomUUID } from 'node:crypto';
import { CreateBucketCommand, PutBucketCorsCommand } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ContractClients, connectContract, isEmbedded } from '../../local/aws/testing/clients.ts';

const Bucket = `contract-${randomUUID()}`;
const PAGE = 'https://page.example';

describe.runIf(isEmbedded)('a bucket with CORS rules', () => {
  let clients: ContractClients;
  beforeAll(async () => {
    clients = await connectContract();
    await clients.s3.send(new CreateBucketCommand({ Bucket }));
    await allow([PAGE, 'https://*.pages.example']);
  });
  afterAll(() => clients.stop());

  const allow = (AllowedOrigins: string[]) => {
    const rule = { AllowedMethods: ['PUT'], AllowedHeaders: ['content-type', 'if-*'], MaxAgeSeconds: 600 };
    const CORSRules = [{ AllowedOrigins, ...rule, ExposeHeaders: ['etag'] }];
    return clients.s3.send(new PutBucketCorsCommand({ Bucket, CORSConfiguration: { CORSRules } }));
  };
  const preflight = (origin: string, method = 'PUT', headers = 'content-type,if-none-match') =>
    fetch(`${clients.url}/${Bucket}/object`, {
      method: 'OPTIONS',
      headers: {
        origin,
        'access-control-request-method': method,
        'access-control-request-headers': headers,
      },
    });

  it('answers a browser that asks first, for the origins, methods and headers of a rule', async () => {
    const { status, headers } = await preflight(PAGE);
    expect(status).toBe(200);
    expect(Object.fromEntries(headers)).toMatchObject({
      'access-control-allow-origin': PAGE,
      'access-control-allow-methods': 'PUT',
      'access-control-allow-headers': 'content-type, if-none-match',
      'access-control-max-age': '600',
      'access-control-expose-headers': 'etag',
    });
    expect((await preflight('https://a.pages.example')).status).toBe(200);
    for (const refused of [
      preflight('https://elsewhere.example'),
      preflight('https://pages.example'),
      preflight(PAGE, 'DELETE'),
      preflight(PAGE, 'PUT', 'content-type,authorization'),
    ]) {
      const answer = await refused;
      expect(answer.status).toBe(403);
      expect(answer.headers.get('access-control-allow-origin')).toBeNull();
    }
  });

  it('lets the page of a rule see the answer, a refusal too, and no other page', async () => {
    const put = (origin: string, key = 'object') =>
      fetch(`${clients.url}/${Bucket}/${key}`, { method: 'PUT', headers: { origin }, body: 'body' });
    expect((await put(PAGE)).headers.get('access-control-allow-origin')).toBe(PAGE);
    const refused = await put(PAGE, 'object?X-Amz-Algorithm=none');
    expect(refused.status).toBe(400);
    expect(refused.headers.get('access-control-allow-origin')).toBe(PAGE);
    expect((await put('https://elsewhere.example')).headers.get('access-control-allow-origin')).toBeNull();
  });

  it('lets every page where the origin is *', async () => {
    await allow(['*']);
    expect((await preflight('http://anywhere.example:3000')).headers.get('access-control-allow-origin')).toBe(
      '*',
    );
  });
});
