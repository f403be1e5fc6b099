import { createServer, type Server } from 'node:net';

/** A port that somebody else listens on. */
export class PortTakenError extends Error {
  override readonly name = 'PortTakenError';
}

/**
 * The ports to use: each as it was asked for if it is free, and any free one where 0 was asked for.
 * @param wanted the ports by the names of their settings
 * @throws PortTakenError naming the port and its setting
 */
export async function freePorts<K extends string>(wanted: Record<K, number>): Promise<Record<K, number>> {
  const held: Server[] = [];
  const ports = { ...wanted };
  try {
    // All are held until all are found, so that no two are the same.
    for (const name of Object.keys(wanted) as K[]) {
      const server = await hold(wanted[name], name);
      held.push(server);
      const address = server.address();
      if (address !== null && typeof address === 'object') ports[name] = address.port;
    }
    return ports;
  } finally {
    await Promise.all(held.map((server) => new Promise((resolve) => server.close(resolve))));
  }
}

const hold = (port: number, name: string): Promise<Server> =>
  new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', (cause: NodeJS.ErrnoException) => {
      const why = cause.code === 'EADDRINUSE' ? 'is in use' : `cannot be opened (${cause.code})`;
      reject(
        new PortTakenError(`Port ${port} ${why}. Choose another: ${name}=0 takes any free one.`, { cause }),
      );
    });
    server.listen(port, '127.0.0.1', () => resolve(server));
  });
