import http from 'node:http';
import https from 'node:https';
import { text } from 'node:stream/consumers';
import { WebSocket } from 'ws';
import { placesBy } from './places.ts';
import type { Platform, Reply, Sent } from './socket.ts';

/** By `ws`: it tells the status with which a handshake was refused, and Node 20 has no WebSocket of its own. */
export const nodejs: Platform = {
  openSocket(url, key, { open, message, close }) {
    const headers = key === undefined ? {} : { authorization: `Bearer ${key}` };
    const socket = new WebSocket(url, { headers, perMessageDeflate: false });
    socket.on('open', open);
    socket.on('message', (data) => message(String(data)));
    socket.on('unexpected-response', (request, { statusCode }) => {
      request.destroy();
      close(statusCode);
    });
    socket.on('error', () => close());
    socket.on('close', () => close());
    return { send: (text) => socket.send(text), end: () => socket.terminate() };
  },
  fetch: (url, init) => (init.body === undefined ? fetch(url, init) : send(url, init)),
  placeBy: placesBy,
  onOnline: () => () => {},
};

/**
 * Sends a body by `node:http`. `fetch` takes more of the processor's time, for its streams, and of the service's, which it
 * has compress what it answers.
 */
async function send(url: string, init: Sent): Promise<Reply> {
  const { body = '', ...options } = init;
  const bytes = typeof body === 'string' ? body : new Uint8Array(await body.arrayBuffer());
  const { request } = new URL(url).protocol === 'https:' ? https : http;
  const response = await new Promise<http.IncomingMessage>((resolve, reject) => {
    request(url, options, resolve)
      .once('error', reject)
      .once('close', () => reject(new Error('The connection was closed before the answer came.')))
      .end(bytes);
  });
  const answer = await text(response);
  const { statusCode: status = 0, headers } = response;
  if (status === 307 || status === 308) return fetch(url, init);
  return {
    status,
    headers: { get: (name) => headers[name]?.toString() ?? null },
    json: async () => JSON.parse(answer),
  };
}
