import { WebSocket } from 'ws';
import type { Platform } from './socket.ts';

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
  onOnline: () => () => {},
};
