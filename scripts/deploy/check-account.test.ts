import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { text } from 'node:stream/consumers';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import * as z from 'zod';
import { checkAccount, type Fleet } from './check-account.ts';

/** What the account has; as AWS tells it to its own SDK, over HTTP. */
let has: { credentials: boolean; types: string[]; inZones: string[]; quota: number };
let server: Server;
let asked: string[];

const answers: Record<string, (form: URLSearchParams) => [status: number, body: string]> = {
  GetCallerIdentity: () =>
    has.credentials
      ? [200, '<R><GetCallerIdentityResult><Account>111122223333</Account></GetCallerIdentityResult></R>']
      : [
          403,
          '<R><Error><Type>Sender</Type><Code>ExpiredToken</Code><Message>The security token is expired</Message></Error></R>',
        ],
  DescribeInstanceTypes: (form) => {
    const type = form.get('InstanceType.1') ?? '';
    if (!has.types.includes(type))
      return [
        400,
        '<R><Errors><Error><Code>InvalidInstanceType</Code><Message>no</Message></Error></Errors></R>',
      ];
    const cpus = '<vCpuInfo><defaultVCpus>1</defaultVCpus></vCpuInfo>';
    return [
      200,
      `<R><instanceTypeSet><item><instanceType>${type}</instanceType>${cpus}</item></instanceTypeSet></R>`,
    ];
  },
  DescribeAvailabilityZones: () => [
    200,
    '<R><availabilityZoneInfo><item><zoneName>eu-west-1a</zoneName></item></availabilityZoneInfo></R>',
  ],
  DescribeInstanceTypeOfferings: () => {
    const items = has.inZones.map((type) => `<item><instanceType>${type}</instanceType></item>`);
    return [200, `<R><instanceTypeOfferingSet>${items.join('')}</instanceTypeOfferingSet></R>`];
  },
  GetServiceQuota: () => [200, JSON.stringify({ Quota: { Value: has.quota } })],
};

beforeEach(async () => {
  has = { credentials: true, types: ['c7a.medium'], inZones: ['c7a.medium'], quota: 32 };
  asked = [];
  server = createServer(async (request, response) => {
    const form = new URLSearchParams(await text(request));
    const target = String(request.headers['x-amz-target'] ?? '').split('.')[1];
    const action = form.get('Action') ?? target ?? '';
    asked.push(action);
    const [status, body] = answers[action]?.(form) ?? [400, `<R><Error><Code>Unknown</Code></Error></R>`];
    response.writeHead(status).end(body);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = z.object({ port: z.int() }).parse(server.address());
  vi.stubEnv('AWS_ENDPOINT_URL', `http://127.0.0.1:${port}`);
});
afterEach(() => {
  vi.unstubAllEnvs();
  server.closeAllConnections();
  server.close();
});

const credentials = async () => ({ accessKeyId: 'test', secretAccessKey: 'test' });
const fleet: Fleet = {
  MAX_WORKERS: 19,
  INSTANCE_TYPES: ['c7a.medium'],
  WORKER_MARKET: 'on-demand',
  WORKER_ARCHITECTURE: 'x64',
};
const warnings: string[] = [];
const check = () => {
  warnings.length = 0;
  return checkAccount({ region: 'eu-west-1', credentials }, fleet, (warning) => warnings.push(warning));
};

test('an account that can run the fleet passes, without a warning', async () => {
  await check();
  expect(warnings).toEqual([]);
  expect(asked).toHaveLength(5);
});

test('credentials that AWS does not take are told first, with what to do', async () => {
  has.credentials = false;
  await expect(check()).rejects.toThrow(
    'AWS takes no credentials from here (The security token is expired). Set AWS_PROFILE',
  );
  expect(asked).toEqual(['GetCallerIdentity']);
});

test('a type that the region does not have, and one that its zones do not have, are told', async () => {
  has.types = [];
  await expect(check()).rejects.toThrow('eu-west-1 has no instance type c7a.medium. Set INSTANCE_TYPE');
  has = { ...has, types: ['c7a.medium'], inZones: [] };
  await expect(check()).rejects.toThrow('The first two zones of eu-west-1 have no c7a.medium');
});

test('a quota that the fleet does not fit into is told', async () => {
  has.quota = 5;
  await expect(check()).rejects.toThrow('MAX_WORKERS=19 needs 19 vCPUs');
});

test('what one may not look at is warned of, and deployed', async () => {
  vi.stubEnv('AWS_ENDPOINT_URL_SERVICE_QUOTAS', 'http://127.0.0.1:1');
  await check();
  expect(warnings).toEqual([expect.stringContaining('The quota of vCPUs could not be checked')]);
});
