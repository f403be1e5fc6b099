import type { IncomingHttpHeaders } from 'node:http';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import type { Validator } from './cache/validator.ts';
import { ImageFetcher } from './fetch-image.ts';
import { type ImageHost, startImageHost } from './testing/image-host.ts';

const LIMIT_MS = 5_000;
let host: ImageHost;
let fetcher: ImageFetcher;

beforeAll(async () => {
  host = await startImageHost();
  const rules = { allowedPorts: [80, 443], allowedPrivateHosts: [host.host] };
  fetcher = new ImageFetcher({ rules, userAgent: 'ClassifyCloud/test' });
});
afterAll(async () => {
  await fetcher.destroy();
  host.stop();
});
beforeEach(() => {
  host.requests.length = 0;
});

const fetch = (url: string, known?: Validator) => fetcher.fetch(url, LIMIT_MS, undefined, known);
const asked = (): IncomingHttpHeaders[] => host.requests.map(({ headers }) => headers);
const etagOf = (url: string, value: string): Validator => ({ url, header: 'if-none-match', value });

/** A host's image at a path, which answers 304 to whoever names its tag; give it another tag to change it. */
function serveTagged(path: string, image: { tag: string; headers?: Record<string, string> }): string {
  return host.on(path, (request, response) => {
    const headers = { etag: image.tag, ...image.headers };
    if (request.headers['if-none-match'] === image.tag) response.writeHead(304, headers).end();
    else response.writeHead(200, headers).end(`image ${image.tag}`);
  });
}

it('does not send an image again that has not changed since, and sends it once it has', async () => {
  const image = { tag: 'W/"1"' };
  const url = serveTagged('/cat.jpg', image);
  const first = await fetch(url);
  expect(first).toMatchObject({
    changed: true,
    bytes: Buffer.from('image W/"1"'),
    validator: etagOf(url, 'W/"1"'),
  });
  expect(await fetch(url, first.validator)).toEqual({ changed: false, validator: first.validator });
  image.tag = '"2"';
  expect(await fetch(url, first.validator)).toMatchObject({
    changed: true,
    bytes: Buffer.from('image "2"'),
    validator: etagOf(url, '"2"'),
  });
  expect(asked().map((headers) => headers['if-none-match'])).toEqual([undefined, 'W/"1"', 'W/"1"']);
});

it('asks by the time of the last change where there is no tag', async () => {
  const modified = 'Sun, 22 Nov 2026 09:00:00 GMT';
  const url = host.on('/old.jpg', (request, response) => {
    const same = request.headers['if-modified-since'] === modified;
    response.writeHead(same ? 304 : 200, { 'last-modified': modified, date: new Date().toUTCString() });
    response.end(same ? undefined : 'image');
  });
  const { validator } = await fetch(url);
  expect(validator).toEqual({ url, header: 'if-modified-since', value: modified });
  expect(await fetch(url, validator)).toMatchObject({ changed: false });
});

it('takes the whole image from a host that does not heed the condition', async () => {
  const url = host.on('/heedless.jpg', (_request, response) =>
    response.writeHead(200, { etag: '"1"' }).end('image'),
  );
  expect(await fetch(url, etagOf(url, '"1"'))).toMatchObject({
    changed: true,
    bytes: Buffer.from('image'),
    validator: etagOf(url, '"1"'),
  });
});

it('forgets the validator once a host says that nothing is to be stored, and one that comes without any', async () => {
  const image: Parameters<typeof serveTagged>[1] = { tag: '"1"', headers: { 'cache-control': 'no-store' } };
  const url = serveTagged('/secret.jpg', image);
  expect(await fetch(url, etagOf(url, '"1"'))).toEqual({ changed: false, validator: undefined });
  expect(await fetch(url)).toMatchObject({ changed: true, validator: undefined });
  expect(await fetch(`${host.url}/plain.jpg`)).toMatchObject({ changed: true, validator: undefined });
});

it('shows the validator to the URL alone that gave it, wherever redirects lead now', async () => {
  const image = { tag: '"1"' };
  const final = serveTagged('/final.jpg', image);
  let location = '/final.jpg';
  const url = host.on('/start.jpg', (_request, response) =>
    response.writeHead(302, { location, etag: '"start"' }).end(),
  );
  const { validator } = await fetch(url);
  expect(validator).toEqual(etagOf(final, '"1"'));
  expect(await fetch(url, validator)).toMatchObject({ changed: false });
  serveTagged('/other.jpg', image);
  location = '/other.jpg';
  expect(await fetch(url, validator)).toMatchObject({
    changed: true,
    validator: etagOf(`${host.url}/other.jpg`, '"1"'),
  });
  const conditions = host.requests.map((request) => [request.url, request.headers['if-none-match']]);
  expect(conditions).toEqual([
    ['/start.jpg', undefined],
    ['/final.jpg', undefined],
    ['/start.jpg', undefined],
    ['/final.jpg', '"1"'],
    ['/start.jpg', undefined],
    ['/other.jpg', undefined],
  ]);
});

it('guards every redirect as ever, though it knows where the image lay', async () => {
  const url = host.on('/away.jpg', (_request, response) =>
    response.writeHead(302, { location: 'http://169.254.169.254/' }).end(),
  );
  await expect(fetch(url, etagOf('http://169.254.169.254/', '"1"'))).rejects.toMatchObject({
    code: 'FORBIDDEN_URL',
  });
});

it('takes a 304 that it did not ask for as the failure that it is', async () => {
  const url = host.on('/odd.jpg', (_request, response) => response.writeHead(304).end());
  await expect(fetch(url)).rejects.toMatchObject({ code: 'DOWNLOAD_FAILED', retryable: false });
});

it('asks by the same validator again where a try fails', async () => {
  let tries = 0;
  const url = host.on('/moody.jpg', (request, response) => {
    const status = tries++ === 0 ? 503 : 304;
    response.writeHead(request.headers['if-none-match'] === '"1"' ? status : 400).end();
  });
  expect(await fetch(url, etagOf(url, '"1"'))).toMatchObject({ changed: false });
  expect(tries).toBe(2);
});
