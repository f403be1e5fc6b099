import http from 'node:http';
import https from 'node:https';
import { WebSocket } from 'ws';
import { placesBy } from './places.ts';
import type { Platform } from './socket.ts';
import type { Store } from './upload.ts';

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
  storeOf: (http) => ({ place: placesBy(http), put }),
  onOnline: () => () => {},
};

/** By `node:http`: `fetch` takes more of the processor's time, for its streams. */
const put: Store['put'] = async (url, body, headers, signal) => {
  const bytes = new Uint8Array(await body.arrayBuffer());
  const { request } = url.startsWith('https:') ? https : http;
  return new Promise((resolve, reject) => {
    request(url, { method: 'PUT', headers, signal }, (response) => {
      response.resume().once('error', reject);
      response.once('end', () => resolve(response.statusCode ?? 0));
    })
      .once('error', reject)
      .end(bytes);
  });
};
