import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { listen, stop } from '../../worker/testing/listen.ts';
import { ServerClock } from './clock.ts';
import { Http } from './http.ts';
import { nodejs } from './nodejs.ts';

let answer: (request: IncomingMessage, response: ServerResponse) => void;
const server = createServer((request, response) => answer(request, response));
let url: string;
beforeAll(async () => {
  url = `http://${await listen(server)}/key?signed`;
});
afterAll(() => stop(server));

const { put } = nodejs.storeOf(new Http('http://service.example', undefined, new ServerClock()));
const body = new Blob(['a photo']);
const headers = { 'if-none-match': '*' };
const { signal } = new AbortController();

test('a file is put with its length and the headers that were given, and the status is told', async () => {
  const seen: unknown[] = [];
  answer = ({ method, url, headers }, response) => {
    seen.push([method, url, headers['content-length'], headers['if-none-match']]);
    response.writeHead(412).end('refused');
  };
  expect(await put(url, body, headers, signal)).toBe(412);
  expect(seen).toEqual([['PUT', '/key?signed', '7', '*']]);
  let text = '';
  answer = async (request, response) => {
    for await (const chunk of request) text += chunk;
    response.end();
  };
  expect(await put(url, body, headers, signal)).toBe(200);
  expect(text).toBe('a photo');
});

test('a PUT that breaks off, or is given up, rejects', async () => {
  answer = (_, response) => response.destroy();
  await expect(put(url, body, headers, signal)).rejects.toThrow();
  const given = new AbortController();
  answer = () => given.abort();
  await expect(put(url, body, headers, given.signal)).rejects.toMatchObject({ name: 'AbortError' });
});
