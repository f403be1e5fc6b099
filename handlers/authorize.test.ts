import { afterAll, beforeAll, beforeEach, expect, test, vi } from 'vitest';
import { type AwsEndpoint, startAwsEndpoint } from '../local/aws/endpoint.ts';
import { newApiKey } from '../shared/api-key.ts';
import { KeyStore } from '../shared/key-store.ts';

const METHOD_ARN = 'arn:aws:execute-api:us-east-1:000000000000:api/dev/$connect';
let cloud: AwsEndpoint;
let key: string;
let keyId: string;
/** The function in a process of its own, as far as its settings and what it remembers go. */
let authorize: (event: unknown) => Promise<unknown>;

async function load(auth: string) {
  process.env.AUTH = auth;
  vi.resetModules();
  ({ handler: authorize } = await import('./authorize.ts'));
}
beforeAll(async () => {
  cloud = await startAwsEndpoint({ port: 0, launch: () => expect.fail('no machine is launched here') });
  Object.assign(process.env, { AWS_ENDPOINT_URL: cloud.url, AWS_REGION: 'us-east-1', STAGE: 'dev' });
  process.env.AWS_ACCESS_KEY_ID = process.env.AWS_SECRET_ACCESS_KEY = 'test';
  vi.spyOn(process.stderr, 'write').mockReturnValue(true);
  const made = await new KeyStore('dev').create('ann');
  key = made.key;
  keyId = made.kept.id;
});
beforeEach(() => load('keys'));
afterAll(() => cloud.stop());

const http = (headers: Record<string, string>) =>
  authorize({ version: '2.0', type: 'REQUEST', routeKey: 'GET /requests/{id}', headers });
const connect = (headers: Record<string, string>, multiValueHeaders?: Record<string, string[]>) =>
  authorize({ type: 'REQUEST', methodArn: METHOD_ARN, headers, multiValueHeaders });
const verdict = (Effect: 'Allow' | 'Deny', more: object) => ({
  policyDocument: {
    Version: '2012-10-17',
    Statement: [{ Action: 'execute-api:Invoke', Effect, Resource: METHOD_ARN }],
  },
  ...more,
});
const encoded = (text: string) => `key.${Buffer.from(text).toString('base64url')}`;

test('who shows a key is let in as the tenant of its name, over HTTP and on $connect', async () => {
  const context = { tenant: 'ann', keyId };
  expect(await http({ authorization: `Bearer ${key}` })).toEqual({ isAuthorized: true, context });
  const allowed = verdict('Allow', { principalId: 'ann', context });
  expect(await connect({ Authorization: `bearer  ${key}` })).toEqual(allowed);
  const name = 'Sec-WebSocket-Protocol';
  expect(await connect({ [name]: `classifycloud.v1, ${encoded(key)}` })).toEqual(allowed);
  expect(await connect({ [name]: 'x' }, { [name]: ['classifycloud.v1', encoded(key)] })).toEqual(allowed);
});

test('who shows none, or another, is not', async () => {
  const refused = { isAuthorized: false };
  const otherSecret = `${key.slice(0, -1)}${key.endsWith('A') ? 'B' : 'A'}`;
  for (const shown of ['', key, `Basic ${key}`, `Bearer ${newApiKey()}`, `Bearer ${otherSecret}`])
    expect(await http({ authorization: shown })).toEqual(refused);
  expect(await http({ authorization: `Bearer ${key}, Bearer ${key}` })).toEqual(refused);
  expect(await http({})).toEqual(refused);
  expect(await connect({})).toEqual(verdict('Deny', { principalId: 'nobody' }));
});

test("another stage's key opens nothing", async () => {
  const other = await new KeyStore('prod').create('ann');
  expect(await http({ authorization: `Bearer ${other.key}` })).toEqual({ isAuthorized: false });
});

test('an open stage lets everybody in, as one tenant', async () => {
  await load('open');
  expect(await http({})).toEqual({ isAuthorized: true, context: { tenant: 'public' } });
  expect(await connect({})).toMatchObject({ principalId: 'public', context: { tenant: 'public' } });
});

test('keys are in force where nothing is said', async () => {
  await load('');
  expect(await http({})).toEqual({ isAuthorized: false });
});
