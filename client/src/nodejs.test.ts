import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { listen, stop } from '../../worker/testing/listen.ts';
import { nodejs } from './nodejs.ts';
import type { Sent } from './socket.ts';

let answer: (request: IncomingMessage, response: ServerResponse) => void;
const server = createServer((request, response) => answer(request, response));
let url: string;
beforeAll(async () => {
  url = `http://${await listen(server)}/key?signed`;
});
afterAll(() => stop(server));

const body = new Blob(['a photo']);
const headers = { 'if-none-match': '*' };
const { signal } = new AbortController();
const put = (init: Partial<Sent> = {}) =>
  nodejs.fetch(url, { method: 'PUT', body, headers, signal, ...init });

test('a file is put with its length and the headers that were given, and the status is told', async () => {
  const seen: unknown[] = [];
  answer = ({ method, url, headers }, response) => {
    seen.push([method, url, headers['content-length'], headers['if-none-match']]);
    response.writeHead(412).end('refused');
  };
  expect((await put()).status).toBe(412);
  expect(seen).toEqual([['PUT', '/key?signed', '7', '*']]);
  let sent = '';
  answer = async (request, response) => {
    sent = await text(request);
    response.end();
  };
  expect((await put()).status).toBe(200);
  expect(sent).toBe('a photo');
});

test('what is posted is answered as JSON, with headers, and not compressed', async () => {
  answer = async (request, response) => {
    const { 'accept-encoding': encoding = 'none' } = request.headers;
    response.setHeader('retry-after', 7).end(JSON.stringify([encoding, await text(request)]));
  };
  const reply = await put({ method: 'POST', body: '“words”' });
  expect(await reply.json()).toEqual(['none', '“words”']);
  expect([reply.headers.get('retry-after'), reply.headers.get('location')]).toEqual(['7', null]);
});

test('what is sent elsewhere is sent there: S3 does so with a young bucket', async () => {
  const seen: unknown[] = [];
  answer = async (request, response) => {
    seen.push([request.url, await text(request)]);
    if (request.url !== '/elsewhere') response.writeHead(307, { location: '/elsewhere' });
    response.end();
  };
  expect((await put()).status).toBe(200);
  expect(seen).toEqual([
    ['/key?signed', 'a photo'],
    ['/key?signed', 'a photo'], // by `fetch`, which follows
    ['/elsewhere', 'a photo'],
  ]);
});

test('a PUT that breaks off, or is given up, rejects', async () => {
  answer = (_, response) => response.destroy();
  await expect(put()).rejects.toThrow();
  answer = (_, response) =>
    response.writeHead(200, { 'content-length': 9 }).write('not', () => response.destroy());
  await expect(put()).rejects.toThrow();
  answer = ({ socket }) =>
    socket.write('HTTP/1.1 101 Switching Protocols\r\nconnection: upgrade\r\nupgrade: what\r\n\r\n');
  await expect(put()).rejects.toThrow();
  const given = new AbortController();
  answer = () => given.abort();
  await expect(put({ signal: given.signal })).rejects.toMatchObject({ name: 'AbortError' });
});
