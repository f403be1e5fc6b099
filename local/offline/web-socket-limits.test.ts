import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { WebSocket, WebSocketServer } from 'ws';
import { FRAME_BYTES, limitWebSockets, routable } from './web-socket-limits.ts';

let server: WebSocketServer;
const received: string[] = [];

beforeAll(async () => {
  limitWebSockets();
  server = new WebSocketServer({ port: 0, host: '127.0.0.1' }); // as serverless-offline makes it: no limit is asked for
  server.on('connection', (socket) =>
    socket.on('message', (data) => {
      received.push(String(data));
      socket.send('taken');
    }),
  );
  await once(server, 'listening');
});
afterAll(() => server.close());

async function connect(): Promise<WebSocket> {
  const { port } = server.address() as AddressInfo;
  const socket = new WebSocket(`ws://127.0.0.1:${port}`);
  await once(socket, 'open');
  return socket;
}

describe('limitWebSockets', () => {
  it('lets a message of 32 KB pass', async () => {
    const socket = await connect();
    socket.send('x'.repeat(FRAME_BYTES));
    await once(socket, 'message');
    expect(received.at(-1)).toHaveLength(32_768);
    socket.close();
  });

  it.each([FRAME_BYTES + 1, 40 * 1024])(
    'closes the socket with 1009 at %d bytes, and serves on',
    async (bytes) => {
      const socket = await connect();
      socket.send('x'.repeat(bytes));
      const [code] = await once(socket, 'close');
      expect(code).toBe(1009);

      const other = await connect();
      other.send('still there?');
      await once(other, 'message');
      other.close();
    },
  );

  it('takes a binary frame for a message without an action', async () => {
    const socket = await connect();
    socket.send(Buffer.from('{"action":"classify"}'));
    await once(socket, 'message');
    expect(received.at(-1)).toBe('');
    socket.close();
  });
});

describe('routable', () => {
  it.each(['$connect', '$disconnect'])('sends a message with the action %s to $default', (action) => {
    expect(routable(JSON.stringify({ action, clientRef: 'a' }))).toBe(
      '{"action":"$default","clientRef":"a"}',
    );
  });

  it.each([
    'null',
    '[]',
    '"$connect"',
    '123',
    '$',
    '{"action":"classify","imageUrl":"http://a/$"}',
    '{"action":{"$":1}}',
  ])('leaves %s as it is', (message) => {
    expect(routable(message)).toBe(message);
  });
});
