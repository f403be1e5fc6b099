import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { beforeAll, expect, test } from 'vitest';
import { type ClientOptions, WebSocket } from 'ws';
import { z } from 'zod';
import { newApiKey } from '../../shared/api-key.ts';
import { acceptedMessage } from '../../shared/protocol.ts';
import { Client } from '../harness/client.ts';
import { until } from '../harness/until.ts';
import { useService } from '../harness/use-service.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const PAGE = 'https://page.example';
const on = useService({
  ENGINE: 'echo',
  ECHO_MS: '20',
  MAX_WORKERS: '1',
  AUTH: 'keys',
  ALLOWED_ORIGINS: PAGE,
});

/** `npm run keys`, without npm's own time. */
async function keys(...args: string[]): Promise<string> {
  const { stdout } = await promisify(execFile)(
    process.execPath,
    ['--import', 'tsx', 'scripts/keys.ts', ...args, '--endpoint', on.service.aws],
    { cwd: root },
  );
  return stdout.trim();
}

let ann: string;
let second: string;
let bob: string;
let carol: string;
beforeAll(async () => {
  const names = ['ann', 'ann', 'bob', 'carol'];
  [ann = '', second = '', bob = '', carol = ''] = await Promise.all(
    names.map((name) => keys('create', name)),
  );
});

const bearer = (key: string) => ({ authorization: `Bearer ${key}` });
const byHeader = (key: string) => Client.connect(on.service.ws, [], { headers: bearer(key) });
const asSubprotocol = (key: string) => `key.${Buffer.from(key).toString('base64url')}`;

/** The status with which a handshake is refused. */
async function refusalOf(protocols: string[], options: ClientOptions): Promise<number | undefined> {
  const socket = new WebSocket(on.service.ws, protocols, options);
  const [, response] = await once(socket, 'unexpected-response');
  socket.on('error', () => {});
  socket.terminate();
  return z.object({ statusCode: z.int() }).parse(response).statusCode;
}
const get = (path: string, key?: string) =>
  fetch(`${on.service.http}/${path}`, { headers: key === undefined ? {} : bearer(key) });

test('a stage that asks for keys refuses who shows none, or a wrong one, on every route but what tells of the service', async () => {
  const wrong = [undefined, newApiKey(), `${ann}x`, ann.slice(0, -1), 'nonsense'];
  for (const key of wrong) {
    expect(await refusalOf([], { headers: key === undefined ? {} : bearer(key) })).toBe(403);
    for (const path of ['classify?imageUrl=https://a.example/b.jpg', 'requests/x']) {
      const { status } = await get(path, key);
      expect(status).toBe(403);
    }
  }
  expect(await refusalOf(['classifycloud.v1', asSubprotocol(newApiKey())], {})).toBe(403);
  const posted = await fetch(`${on.service.http}/requests`, { method: 'POST', body: '{}' });
  expect(posted.status).toBe(403);
  for (const path of ['health', 'models', 'openapi.json', 'asyncapi.json', 'docs'])
    expect([path, (await get(path)).status]).toEqual([path, 200]);
  expect((await get(`classify?imageUrl=https://a.example/b.jpg&key=${ann}`)).status).toBe(403); // in no URL
});

test('a key opens the socket by its header, and a browser by a subprotocol that is not sent back', async () => {
  const client = await byHeader(ann);
  client.send({ action: 'classify', imageUrl: on.images.url('/header.jpg') });
  await client.wait('result');
  client.close();

  const browser = await Client.connect(on.service.ws, ['classifycloud.v1', asSubprotocol(ann)], {
    origin: PAGE,
  });
  expect(browser.socket.protocol).toBe('classifycloud.v1');
  browser.send({ action: 'classify', imageUrl: on.images.url('/browser.jpg') });
  await browser.wait('result');
  browser.close();
});

test('a page of an origin that is not allowed gets no socket, and no say by CORS', async () => {
  expect(await refusalOf([], { headers: bearer(ann), origin: 'https://elsewhere.example' })).toBe(403);
  const preflight = (origin: string) =>
    fetch(`${on.service.http}/requests`, {
      method: 'OPTIONS',
      headers: {
        origin,
        'access-control-request-method': 'POST',
        'access-control-request-headers': 'authorization',
      },
    });
  const allowed = await preflight(PAGE);
  expect(allowed.headers.get('access-control-allow-origin')).toBe(PAGE);
  expect(allowed.headers.get('access-control-allow-headers')?.toLowerCase()).toContain('authorization');
  const refused = await preflight('https://elsewhere.example');
  expect(refused.headers.get('access-control-allow-origin')).toBeNull();
});

test('an id answers only the tenant that made it, whether it is under way or done', async () => {
  const posted = await fetch(`${on.service.http}/requests`, {
    method: 'POST',
    headers: bearer(ann),
    body: JSON.stringify({ imageUrl: on.images.url('/slow-tenant.jpg') }),
  });
  const { requestId } = acceptedMessage.parse(await posted.json());
  const stranger = await byHeader(bob);
  const unknown = { type: 'error', requestId, error: { code: 'UNKNOWN_REQUEST' } };
  expect(await stranger.ask({ action: 'resume', requestIds: [requestId] })).toMatchObject(unknown);
  expect((await get(`requests/${requestId}`, bob)).status).toBe(404);

  const own = await get(`requests/${requestId}?waitSeconds=10`, ann);
  expect(own.status).toBe(200);
  expect(await stranger.ask({ action: 'resume', requestIds: [requestId] })).toMatchObject(unknown);
  const problem = await get(`requests/${requestId}`, bob);
  expect([problem.status, await problem.json()]).toMatchObject([404, { code: 'UNKNOWN_REQUEST' }]);
  stranger.close();
});

test('two keys of one name are one tenant', async () => {
  const posted = await fetch(`${on.service.http}/requests`, {
    method: 'POST',
    headers: bearer(ann),
    body: JSON.stringify({ imageUrl: on.images.url('/shared.jpg') }),
  });
  const { requestId } = acceptedMessage.parse(await posted.json());
  await until(async () => (await get(`requests/${requestId}`, second)).status === 200, 10_000);
});

test('one who asks for little is answered before the flood of another is done', async () => {
  const [flood, quiet] = await Promise.all([byHeader(ann), byHeader(bob)]);
  const urls = (name: string, count: number) =>
    Array.from({ length: count }, (_, n) => on.images.url(`/${name}-${n}.jpg`));
  flood.send({ action: 'classify', imageUrls: urls('flood', 100) });
  await flood.wait('accepted', 100);
  await flood.wait('result', 5); // by now it is seen who takes most of the time
  quiet.send({ action: 'classify', imageUrls: urls('quiet', 5) });
  await quiet.wait('result', 5);
  expect(flood.all('result').length).toBeLessThan(80); // first come, first served would be all of them
  await flood.waitResults(flood.all('accepted').map(({ requestId }) => requestId));
  for (const client of [flood, quiet]) {
    expect(client.all('error')).toEqual([]);
    client.close();
  }
}, 90_000);

test('a key that is revoked opens nothing within a minute, and its open sockets are told and closed', async () => {
  const [talker, listener] = await Promise.all([byHeader(carol), byHeader(carol)]);
  expect((await talker.ask({ action: 'ping' })).type).toBe('pong');
  const list = await keys('list');
  expect(list).toMatch(/ {2}carol {2}/);
  expect(list).not.toContain(carol.slice(16));
  await keys('revoke', 'carol');
  expect(await keys('list')).not.toContain('carol');

  const revokedAt = Date.now();
  let pings = 1;
  await until(
    () => {
      if (talker.closeCode === undefined && talker.all('pong').length === pings) {
        talker.send({ action: 'ping' });
        pings++;
      }
      return talker.closeCode !== undefined;
    },
    60_000,
    () => 'the end of the socket',
  );
  expect(Date.now() - revokedAt).toBeLessThan(60_000);
  expect(talker.all('error')).toMatchObject([{ error: { code: 'UNAUTHORIZED', retryable: false } }]);
  expect((await listener.ask({ action: 'classify', imageUrl: on.images.url('/revoked.jpg') })).type).toBe(
    'error',
  );
  expect(on.images.hits('/revoked.jpg')).toBe(0);
  await until(() => listener.closeCode !== undefined, 5_000);
  expect(await refusalOf([], { headers: bearer(carol) })).toBe(403);
  expect((await get('requests/x', carol)).status).toBe(403);
  expect((await get('requests/x', ann)).status).toBe(404); // the others go on
}, 150_000);
