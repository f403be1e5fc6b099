import { once } from 'node:events';
import { createServer } from 'node:http';
import * as z from 'zod';

const listening = z.object({ port: z.int() });

/** Serves a photo, under any path; under `/held.jpg` only once it is let go. */
export interface ImageHost {
  /** `host:port`, for ALLOWED_PRIVATE_HOSTS. */
  readonly host: string;
  /** Lets those go who wait for `/held.jpg`, and all who come later. */
  release(): void;
  stop(): void;
}

export async function startImageHost(photo: Buffer): Promise<ImageHost> {
  let release = () => {};
  const released = new Promise<void>((resolve) => {
    release = resolve;
  });
  const server = createServer(async (request, response) => {
    if (request.url === '/held.jpg') await released;
    response.writeHead(200, { 'content-type': 'image/jpeg', 'content-length': photo.length }).end(photo);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    host: `127.0.0.1:${listening.parse(server.address()).port}`,
    release,
    stop: () => {
      server.close();
      server.closeAllConnections();
    },
  };
}
