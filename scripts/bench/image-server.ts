import { once } from 'node:events';
import { createServer } from 'node:http';
import { z } from 'zod';

const listening = z.object({ port: z.int() });

export interface ImageServer {
  /** `host:port`, for ALLOWED_PRIVATE_HOSTS. */
  host: string;
  stop(): void;
}

/** Under this path the first photo as it is: a worker that remembers images neither decodes nor infers it again. */
export const KNOWN_PATH = '/known.jpg';

/**
 * Serves the photos in turn, under any other path, from memory. Each time with another number after its end, where no decoder
 * looks: a worker that remembers images remembers none of these.
 */
export async function startImageServer(photos: readonly Buffer[]): Promise<ImageServer> {
  let requests = 0;
  const server = createServer(({ url }, response) => {
    const photo = (at: number) => photos[at % photos.length] ?? Buffer.alloc(0);
    const numbered = () => Buffer.concat([photo(requests), Buffer.from(String(requests++))]);
    const file = url === KNOWN_PATH ? photo(0) : numbered();
    response.writeHead(200, { 'content-type': 'image/jpeg', 'content-length': file.length }).end(file);
  });
  server.keepAliveTimeout = 60_000;
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    host: `127.0.0.1:${listening.parse(server.address()).port}`,
    stop: () => {
      server.close();
      server.closeAllConnections();
    },
  };
}
