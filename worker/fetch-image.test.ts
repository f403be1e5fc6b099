import { once } from 'node:events';
import type { ServerResponse } from 'node:http';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { MAX_IMAGE_BYTES } from '../shared/image-size.ts';
import { ImageFetcher } from './fetch-image.ts';
import type { ResolveAll } from './public-lookup.ts';
import { anyJpeg, type ImageHost, startImageHost } from './testing/image-host.ts';

const LIMIT_MS = 5_000;
const PRIVATE_NAME = 'inside.example';
let host: ImageHost;
let fetcher: ImageFetcher;

const resolveAll: ResolveAll = async (name) => {
  if (name === PRIVATE_NAME) return [{ address: '10.1.2.3', family: 4 }];
  throw Object.assign(new Error(`no ${name}`), { code: 'ENOTFOUND' });
};

beforeAll(async () => {
  host = await startImageHost();
  const rules = { allowedPorts: [80, 443], allowedPrivateHosts: [host.host] };
  fetcher = new ImageFetcher({ rules, userAgent: 'ClassifyCloud/1.2.3', resolveAll });
});
afterAll(async () => {
  await fetcher.destroy();
  host.stop();
});
beforeEach(() => {
  host.requests.length = 0;
});

const fetch = async (url: string, limitMs = LIMIT_MS) => {
  const fetched = await fetcher.fetch(url, limitMs);
  return fetched.changed ? fetched.bytes : expect.fail('nothing was known of it');
};
const answers = (path: string, status: number, headers: Record<string, string> = {}) =>
  host.on(path, (_request, response) => response.writeHead(status, headers).end('sorry'));
const redirects = (path: string, location: string, status = 302) => answers(path, status, { location });

it('downloads an image', async () => {
  expect(await fetch(`${host.url}/a.jpg?b=c#d`)).toEqual(await anyJpeg());
  expect(host.requests.map(({ url }) => url)).toEqual(['/a.jpg?b=c']);
});

it('follows five redirects, relative ones too, and tells each host no more than it must', async () => {
  const statuses = [301, 302, 303, 307, 308];
  for (const [hop, status] of statuses.entries()) {
    const location = hop % 2 === 0 ? `hop-${hop + 1}` : `${host.url}/hop-${hop + 1}`;
    answers(`/hop-${hop}`, status, { location, 'set-cookie': 'who=me' });
  }
  expect(await fetch(`${host.url}/hop-0`)).toEqual(await anyJpeg());
  expect(host.requests).toHaveLength(6);
  for (const { headers } of host.requests) {
    expect(Object.keys(headers).sort()).toEqual([
      'accept',
      'accept-encoding',
      'connection',
      'host',
      'user-agent',
    ]);
    expect(headers).toMatchObject({ 'user-agent': 'ClassifyCloud/1.2.3', 'accept-encoding': 'identity' });
  }
});

it('does not follow a sixth redirect', async () => {
  for (let hop = 0; hop < 6; hop++) redirects(`/long-${hop}`, `/long-${hop + 1}`);
  await expect(fetch(`${host.url}/long-0`)).rejects.toMatchObject({
    code: 'DOWNLOAD_FAILED',
    retryable: false,
  });
  expect(host.requests).toHaveLength(6);
});

it.each([
  ['a private address', 'http://10.0.0.1/'],
  ['the metadata service, in disguise', 'http://0xa9fea9fe/latest/meta-data/'],
  ['a port that is not allowed', 'http://example.com:8080/'],
  ['another scheme', 'file:///etc/passwd'],
  ['a URL with credentials', 'http://me:secret@example.com/'],
  ['a name with a private address', `http://${PRIVATE_NAME}/`],
])('does not follow a redirect to %s', async (_name, location) => {
  const url = redirects('/away', location);
  await expect(fetch(url)).rejects.toMatchObject({ code: 'FORBIDDEN_URL', retryable: false });
  expect(host.requests).toHaveLength(1);
});

it('does not connect to a name with a private address, and does not tell the address', async () => {
  const failure = await fetch(`https://${PRIVATE_NAME}/`).catch((error: unknown) => error);
  expect(failure).toMatchObject({ code: 'FORBIDDEN_URL' });
  expect(String(failure)).not.toContain('10.1.2.3');
});

it.each([
  [404, 1],
  [410, 1],
  [403, 1],
  [500, 3],
  [429, 3],
])('status %i: %i tries', async (status, tries) => {
  const url = answers(`/status-${status}`, status);
  await expect(fetch(url)).rejects.toMatchObject({ code: 'DOWNLOAD_FAILED', retryable: tries > 1 });
  expect(host.requests).toHaveLength(tries);
});

it('recovers from a host that fails, or breaks off, for a moment', async () => {
  const jpeg = await anyJpeg();
  const failures = [
    (response: ServerResponse) => response.writeHead(503).end(),
    (response: ServerResponse) =>
      response.writeHead(200, { 'content-length': 1000 }).write('x', () => response.destroy()),
  ];
  const url = host.on('/moody', (_request, response) => {
    const fail = failures.shift();
    if (fail) fail(response);
    else response.end(jpeg);
  });
  expect(await fetch(url)).toEqual(jpeg);
});

it('fails, after three tries, where nobody answers', async () => {
  const gone = await startImageHost();
  gone.stop();
  const rules = { allowedPorts: [], allowedPrivateHosts: [gone.host] };
  const lost = new ImageFetcher({ rules, userAgent: 'test', resolveAll });
  await expect(lost.fetch(gone.url, LIMIT_MS)).rejects.toMatchObject({
    code: 'DOWNLOAD_FAILED',
    retryable: true,
  });
  await expect(fetch('http://nowhere.example/')).rejects.toMatchObject({
    code: 'DOWNLOAD_FAILED',
    message: expect.stringContaining('does not exist'),
  });
  await lost.destroy();
});

it('refuses a file of 30 MB by its announced length, unread', async () => {
  let closed: Promise<unknown> | undefined;
  const url = host.on('/announced', (_request, response) => {
    closed = once(response, 'close');
    response.writeHead(200, { 'content-length': 30_000_000 }).write('x');
  });
  await expect(fetch(url)).rejects.toMatchObject({ code: 'IMAGE_TOO_LARGE' });
  await closed;
  expect(host.requests).toHaveLength(1);
});

it('stops reading a file of unknown length as soon as it is too large', async () => {
  let sent = 0;
  let closed: Promise<unknown> | undefined;
  const url = host.on('/endless', (_request, response) => {
    closed = once(response, 'close');
    const more = () => {
      if (response.destroyed) return;
      sent += 1_000_000;
      response.write(Buffer.alloc(1_000_000), more);
    };
    more();
  });
  await expect(fetch(url)).rejects.toMatchObject({ code: 'IMAGE_TOO_LARGE' });
  await closed;
  expect(sent).toBeGreaterThan(MAX_IMAGE_BYTES);
  expect(host.requests).toHaveLength(1);
});

it('takes a file of just the largest size', async () => {
  const largest = Buffer.alloc(MAX_IMAGE_BYTES, 1);
  const url = host.on('/largest', (_request, response) => response.end(largest));
  expect((await fetch(url)).equals(largest)).toBe(true);
});

it('gives a body that drips no more time than the limit, and hangs up', async () => {
  let closed: Promise<unknown> | undefined;
  const url = host.on('/drip', (_request, response) => {
    closed = once(response, 'close');
    const timer = setInterval(() => response.write('x'), 20);
    response.on('close', () => clearInterval(timer));
  });
  const start = performance.now();
  await expect(fetch(url, 300)).rejects.toMatchObject({
    code: 'DOWNLOAD_FAILED',
    retryable: true,
    message: expect.stringContaining('0.3 s'),
  });
  expect(performance.now() - start).toBeLessThan(1_500);
  await closed;
  expect(host.requests).toHaveLength(1);
});

it('counts further tries, too, into the limit', async () => {
  const url = host.on(
    '/slow-failure',
    (_request, response) => void setTimeout(() => response.writeHead(500).end(), 200),
  );
  const start = performance.now();
  await expect(fetch(url, 300)).rejects.toMatchObject({ code: 'DOWNLOAD_FAILED', retryable: true });
  expect(performance.now() - start).toBeLessThan(1_500);
  expect(host.requests.length).toBeLessThan(3);
});

it('refuses what is encoded although it asked for it as it is', async () => {
  const url = answers('/gzip', 200, { 'content-encoding': 'gzip' });
  await expect(fetch(url)).rejects.toMatchObject({ code: 'DOWNLOAD_FAILED', retryable: false });
});
