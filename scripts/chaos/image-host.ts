import { once } from 'node:events';
import { createServer, type ServerResponse } from 'node:http';
import { z } from 'zod';

const listening = z.object({ port: z.int() });

/** How a photo is served, by a number 0..1. */
const wayOf = (at: number) =>
  at < 0.03 ? 'reset' : at < 0.06 ? 'refused' : at < 0.08 ? 'cut short' : 'whole';
const SLOW_SHARE = 0.1;
const SLOWEST_MS = 1_500;

export interface UnreliableHost {
  /** `host:port`, for ALLOWED_PRIVATE_HOSTS. */
  host: string;
  /** Another URL for each number. */
  url(n: number): string;
  readonly failures: number;
  stop(): void;
}

/** Serves a photo under any path: late at times, and at times not at all. */
export async function startUnreliableHost(
  photos: readonly Buffer[],
  random: () => number,
): Promise<UnreliableHost> {
  let requests = 0;
  let failures = 0;
  const server = createServer((_request, response) => {
    const photo = photos[requests++ % photos.length] ?? Buffer.alloc(0);
    const lateMs = random() < SLOW_SHARE ? random() * SLOWEST_MS : 0;
    setTimeout(() => give(photo, response), lateMs);
  });
  server.keepAliveTimeout = 60_000;

  function give(photo: Buffer, response: ServerResponse): void {
    const way = wayOf(random());
    if (way !== 'whole') failures++;
    if (way === 'reset') response.destroy();
    else if (way === 'refused') response.writeHead(503).end();
    else {
      response.writeHead(200, { 'content-type': 'image/jpeg', 'content-length': photo.length });
      if (way === 'whole') response.end(photo);
      else response.write(photo.subarray(0, photo.length / 2), () => response.destroy());
    }
  }

  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const host = `127.0.0.1:${listening.parse(server.address()).port}`;
  return {
    host,
    url: (n) => `http://${host}/${n}.jpg`,
    get failures() {
      return failures;
    },
    stop: () => {
      server.close();
      server.closeAllConnections();
    },
  };
}
