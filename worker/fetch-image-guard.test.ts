import { createServer, type Socket } from 'node:net';
import { afterAll, beforeAll, beforeEach, expect, it, vi } from 'vitest';
import { isPublicAddress } from '../shared/url-guard.ts';
import { FORBIDDEN, INVALID, PRIVATE_IPV4, PRIVATE_IPV6 } from '../shared/url-guard-cases.ts';
import { ImageFetcher } from './fetch-image.ts';
import type { ResolveAll } from './public-lookup.ts';
import { anyJpeg, type ImageHost, startImageHost } from './testing/image-host.ts';
import { listen } from './testing/listen.ts';

vi.mock('../shared/url-guard.ts', { spy: true });

/*
 * What a stranger may try once a URL's text has passed: redirects, names, and hosts that misbehave on the wire.
 * `host` is trusted by its address and port; its port is allowed, so that names can lead to it.
 */
const LIMIT_MS = 5_000;
const answers = new Map<string, string[]>();
const resolveAll = vi.fn<ResolveAll>(async (name) => {
  const known = answers.get(name) ?? [];
  return known.map((address) => ({ address, family: address.includes(':') ? 6 : 4 }));
});

let host: ImageHost;
let fetcher: ImageFetcher;
beforeAll(async () => {
  host = await startImageHost();
  const rules = { allowedPorts: [80, 443, portOf(host)], allowedPrivateHosts: [host.host] };
  fetcher = new ImageFetcher({ rules, userAgent: 'test', resolveAll });
});
afterAll(async () => {
  await fetcher.destroy();
  host.stop();
});
beforeEach(() => {
  host.requests.length = 0;
  answers.clear();
  resolveAll.mockClear();
});

const portOf = ({ host: text }: ImageHost) => Number(text.split(':')[1]);
const outcome = (url: string, limitMs = LIMIT_MS) =>
  fetcher.fetch(url, limitMs).then(
    () => 'fetched',
    (error: { code: string }) => error.code,
  );

it('follows no redirect to anything that is refused at submit, after however many harmless ones', async () => {
  // In a Location these are relative, and lead to the host itself.
  const relative = /^(?:http:)?(?:\/\/?)?[\w./]*$|^http:[^/\\]|^http:\/a/;
  const targets = [...FORBIDDEN, ...INVALID.filter((url) => !relative.test(url) && url.length < 2_048)];
  // What a header cannot carry goes percent-encoded, or is not sent at all by any server.
  const locations = targets.filter((url) => /^[\x20-\x7e]+$/.test(url) && url === url.trim());
  expect(locations.length).toBeGreaterThan(700);
  const wrong: string[] = [];
  const follow = async (location: string, i: number) => {
    const hops = i % 10 === 0 ? 1 + ((i / 10) % 5) : 1;
    for (let hop = 1; hop <= hops; hop++) {
      const to = hop === hops ? location : `/${i}-${hop + 1}`;
      host.on(`/${i}-${hop}`, (_request, response) => response.writeHead(302, { location: to }).end());
    }
    const code = await outcome(`${host.url}/${i}-1`);
    if (code !== 'FORBIDDEN_URL') wrong.push(`${code}: ${location}`);
  };
  for (let i = 0; i < locations.length; i += 50)
    await Promise.all(locations.slice(i, i + 50).map((location, k) => follow(location, i + k)));
  expect(wrong).toEqual([]);
  expect(resolveAll).not.toHaveBeenCalled();
});

it('connects to no name that has a private address, alone or among public ones', async () => {
  const secret = [...PRIVATE_IPV4, ...PRIVATE_IPV6, ...PRIVATE_IPV4.map((address) => `::ffff:${address}`)];
  for (const [i, address] of secret.entries()) {
    answers.set(`alone-${i}.example`, [address]);
    answers.set(`first-${i}.example`, [address, '93.184.216.34']);
    answers.set(`last-${i}.example`, ['93.184.216.34', '2606:4700::1111', address]);
  }
  for (const name of answers.keys())
    expect(await outcome(`http://${name}:${portOf(host)}/`)).toBe('FORBIDDEN_URL');
  expect(resolveAll).toHaveBeenCalledTimes(answers.size);
  expect(host.requests).toEqual([]);
});

it('checks a name again at each redirect and at each further try', async () => {
  const name = `http://turncoat.example:${portOf(host)}/`;
  resolveAll.mockRejectedValueOnce(Object.assign(new Error('not now'), { code: 'ETIMEOUT' }));
  answers.set('turncoat.example', ['127.0.0.1']);
  const url = host.on('/to-name', (_request, response) => response.writeHead(307, { location: name }).end());
  expect(await outcome(url)).toBe('FORBIDDEN_URL');
  expect(resolveAll).toHaveBeenCalledTimes(2);
  expect(host.requests.map((request) => request.url)).toEqual(['/to-name', '/to-name']);
});

it('looks a name up once for a connection, and connects to the address that was checked', async () => {
  // As if this machine were a public one.
  const isPublic = vi.mocked(isPublicAddress);
  const connect = `http://rebinding.example:${portOf(host)}`;
  const addresses = ['127.0.0.1', '169.254.169.254'];
  resolveAll.mockImplementation(async () => [{ address: addresses.shift() ?? '10.0.0.1', family: 4 }]);
  isPublic.mockImplementation((address) => address === '127.0.0.1');
  host.on(
    '/',
    (_request, response) =>
      void anyJpeg().then((jpeg) => response.writeHead(200, { connection: 'close' }).end(jpeg)),
  );
  expect(await outcome(connect)).toBe('fetched');
  expect(resolveAll).toHaveBeenCalledTimes(1);
  expect(await outcome(connect)).toBe('FORBIDDEN_URL');
  expect(resolveAll).toHaveBeenCalledTimes(2);
  expect(host.requests).toHaveLength(1);
  isPublic.mockRestore();
});

it('asks one host through a few connections, however many images it has', async () => {
  const sockets = new Set<unknown>();
  const url = host.on('/often', ({ socket }, response) => {
    sockets.add(socket);
    response.end('x');
  });
  for (let i = 0; i < 250; i++) await fetcher.fetch(url, LIMIT_MS);
  expect(sockets.size).toBeLessThanOrEqual(2);
});

/** What a host may say on the wire, and what comes of it. */
const misbehaviour: [string, string, (socket: Socket) => void][] = [
  ['says nothing at all', 'DOWNLOAD_FAILED', () => {}],
  ['drips its headers', 'DOWNLOAD_FAILED', (socket) => keep(socket, 'HTTP/1.1 200 OK\r\n', 'a: b\r\n', 20)],
  [
    'sends headers without end',
    'DOWNLOAD_FAILED',
    (socket) => keep(socket, 'HTTP/1.1 200 OK\r\n', `a: ${'b'.repeat(4_000)}\r\n`),
  ],
  [
    'sends one header without end',
    'DOWNLOAD_FAILED',
    (socket) => keep(socket, 'HTTP/1.1 200 OK\r\na: ', 'b'.repeat(4_000)),
  ],
  [
    'sends early hints without end',
    'DOWNLOAD_FAILED',
    (socket) => keep(socket, '', 'HTTP/1.1 103 Early Hints\r\n\r\n'),
  ],
  [
    'sends trailers without end',
    'DOWNLOAD_FAILED',
    (socket) =>
      keep(
        socket,
        'HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n0\r\n',
        `a: ${'b'.repeat(4_000)}\r\n`,
      ),
  ],
  [
    'sends a chunk extension without end',
    'DOWNLOAD_FAILED',
    (socket) => keep(socket, 'HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n5;', 'x'.repeat(4_000)),
  ],
  [
    'announces a length below zero',
    'DOWNLOAD_FAILED',
    (socket) => socket.end('HTTP/1.1 200 OK\r\ncontent-length: -1\r\n\r\nx'),
  ],
  [
    'announces two lengths',
    'DOWNLOAD_FAILED',
    (socket) => socket.end('HTTP/1.1 200 OK\r\ncontent-length: 1\r\ncontent-length: 2\r\n\r\nxx'),
  ],
  [
    'announces less than it sends',
    'fetched',
    (socket) => socket.end('HTTP/1.1 200 OK\r\nconnection: close\r\ncontent-length: 1\r\n\r\nxyz'),
  ],
  [
    'switches protocols',
    'DOWNLOAD_FAILED',
    (socket) => socket.end('HTTP/1.1 101 Switching Protocols\r\nupgrade: x\r\nconnection: upgrade\r\n\r\n'),
  ],
  ['does not speak HTTP', 'DOWNLOAD_FAILED', (socket) => socket.end('220 mail.example ESMTP\r\n')],
  ['hangs up', 'DOWNLOAD_FAILED', (socket) => socket.destroy()],
  [
    'redirects without saying where',
    'DOWNLOAD_FAILED',
    (socket) => socket.end('HTTP/1.1 302 Found\r\ncontent-length: 0\r\n\r\n'),
  ],
  [
    'redirects twice at once',
    'FORBIDDEN_URL',
    (socket) =>
      socket.end('HTTP/1.1 302 Found\r\nlocation: http://10.0.0.1/\r\nlocation: http://example.com/\r\n\r\n'),
  ],
  [
    'hides an encoding behind another',
    'DOWNLOAD_FAILED',
    (socket) =>
      socket.end(
        'HTTP/1.1 200 OK\r\nconnection: close\r\ncontent-encoding: identity\r\ncontent-encoding: gzip\r\n\r\nx',
      ),
  ],
];

function keep(socket: Socket, first: string, then: string, everyMs = 0): void {
  socket.write(first);
  const timer = setInterval(() => socket.write(then), everyMs);
  socket.once('close', () => clearInterval(timer));
}

it.concurrent.each(misbehaviour)('a host that %s ends in %s, in time', async (_what, code, speak) => {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket.on('error', () => {}));
    socket.once('data', () => speak(socket));
  });
  const address = await listen(server);
  const rules = { allowedPorts: [], allowedPrivateHosts: [address] };
  const own = new ImageFetcher({ rules, userAgent: 'test', resolveAll });
  const failure = await own.fetch(`http://${address}/`, 1_500).then(
    () => 'fetched',
    (error: { code: string }) => error.code,
  );
  expect(failure).toBe(code);
  await own.destroy();
  for (const socket of sockets) socket.destroy();
  server.close();
});
