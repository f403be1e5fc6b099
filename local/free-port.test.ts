import { once } from 'node:events';
import { createServer } from 'node:net';
import { expect, test } from 'vitest';
import { freePorts, PortTakenError } from './free-port.ts';

test('ports asked for as 0 are free, and all different', async () => {
  const ports = Object.values(await freePorts({ HTTP_PORT: 0, WS_PORT: 0, AWS_PORT: 0 }));
  expect(new Set(ports).size).toBe(3);
  for (const port of ports) {
    const server = createServer().listen(port, '127.0.0.1');
    await once(server, 'listening');
    server.close();
  }
});

test('a port that is taken, by others or twice by us, is told with its setting', async () => {
  const squatter = createServer().listen(0, '127.0.0.1');
  await once(squatter, 'listening');
  const address = squatter.address();
  const port = address !== null && typeof address === 'object' ? address.port : 0;
  await expect(freePorts({ WS_PORT: port })).rejects.toThrow(PortTakenError);
  await expect(freePorts({ WS_PORT: port })).rejects.toThrow('WS_PORT');
  squatter.close();
  await once(squatter, 'close');
  await expect(freePorts({ HTTP_PORT: port, WS_PORT: port })).rejects.toThrow('WS_PORT');
});
