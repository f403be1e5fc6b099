import { once } from 'node:events';
import { createServer, type Socket } from 'node:net';

/** What a network that lets no WebSocket pass does with a handshake. */
export const BARRIERS = ['forbids', 'strips', 'resets', 'hangs'] as const;
type Barrier = (typeof BARRIERS)[number];

const ANSWERS: Readonly<Record<Exclude<Barrier, 'hangs'>, string>> = {
  forbids: 'HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\nConnection: close\r\n\r\n',
  // A proxy that knows nothing of upgrades asks for a page, and gets one.
  strips: 'HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 2\r\nConnection: close\r\n\r\nhi',
  resets: '',
};

/** Stands where a WebSocket should be, and refuses every handshake in its way. */
export async function startSocketBarrier(how: Barrier) {
  const open = new Set<Socket>();
  let refused = 0;
  const server = createServer((socket) => {
    open.add(socket);
    socket.on('error', () => {}); // `close` follows
    socket.once('close', () => open.delete(socket));
    socket.once('data', () => {
      refused++;
      if (how === 'resets') socket.resetAndDestroy();
      else if (how !== 'hangs') socket.end(ANSWERS[how]);
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return {
    url: `ws://127.0.0.1:${address.port}`,
    /** How many handshakes it refused. */
    refused: () => refused,
    stop: () => {
      server.close();
      for (const socket of open) socket.destroy();
    },
  };
}
