import { once } from 'node:events';
import type { Server as HttpServer } from 'node:http';
import type { Server } from 'node:net';
import { z } from 'zod';

const address = z.object({ port: z.int() });

/** Lets a server listen on any free port of 127.0.0.1. @returns `host:port` */
export async function listen(server: Server): Promise<string> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return `127.0.0.1:${address.parse(server.address()).port}`;
}

export function stop(server: HttpServer): void {
  server.close();
  server.closeAllConnections();
}
