import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';

export interface CuttingProxy {
  /** The address to use instead of the one behind. */
  url: string;
  /** How often it cut all that went through. */
  cuts(): number;
  /** Cuts all, and lets nothing through until it is called with `false`. */
  block(isBlocked: boolean): void;
  stop(): Promise<void>;
}

/**
 * Stands before a WebSocket and cuts whatever goes through it, at random times.
 * @param meanMs between two cuts; 0: never
 */
export async function startCuttingProxy(behind: string, meanMs: number): Promise<CuttingProxy> {
  const { hostname, port, protocol } = new URL(behind);
  const open = new Set<Socket>();
  let cuts = 0;
  let blocked = false;
  const server = createServer((client) => {
    if (blocked) {
      client.destroy();
      return;
    }
    const service = connect(Number(port), hostname);
    for (const [one, other] of [
      [client, service],
      [service, client],
    ] as const) {
      open.add(one);
      one.pipe(other);
      one.on('error', () => {}); // `close` follows
      one.once('close', () => {
        open.delete(one);
        other.destroy();
      });
    }
  });
  const cut = () => {
    if (open.size > 0) cuts++;
    for (const socket of open) socket.destroy();
  };
  let timer: NodeJS.Timeout | undefined;
  const later = () => {
    timer = setTimeout(
      () => {
        cut();
        later();
      },
      meanMs * 2 * Math.random(),
    );
  };
  if (meanMs > 0) later();
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return {
    url: `${protocol}//127.0.0.1:${address.port}`,
    cuts: () => cuts,
    block: (isBlocked) => {
      blocked = isBlocked;
      if (blocked) cut();
    },
    stop: async () => {
      clearTimeout(timer);
      server.close();
      cut();
      await once(server, 'close');
    },
  };
}
