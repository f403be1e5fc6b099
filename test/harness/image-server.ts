import { once } from 'node:events';
import { createServer, type ServerResponse } from 'node:http';
import sharp from 'sharp';

export interface ImageServer {
  /** `host:port`, for ALLOWED_PRIVATE_HOSTS. */
  host: string;
  /** The URL of a path: `/N.jpg` is a photo, N any text, late where it begins with `slow`; the others are in `pages`. */
  url(path: string): string;
  /** How often a path was asked for. */
  hits(path: string): number;
  stop(): Promise<void>;
}

const SLOW_MS = 1_500;

/** Serves one generated photo under any name, and pages that are no photo. */
export async function startImageServer(): Promise<ImageServer> {
  const photo = await sharp({
    create: {
      width: 500,
      height: 400,
      channels: 3,
      background: '#345',
      noise: { type: 'gaussian', mean: 120, sigma: 40 },
    },
  })
    .jpeg()
    .toBuffer();
  const counts = new Map<string, number>();
  const server = createServer((request, response) => {
    const path = request.url ?? '/';
    counts.set(path, (counts.get(path) ?? 0) + 1);
    const page = pages[path.split('?')[0] ?? ''];
    const givePhoto = () =>
      response.writeHead(200, { 'content-type': 'image/jpeg', 'content-length': photo.length }).end(photo);
    if (page) page(response);
    else if (path.startsWith('/slow')) setTimeout(givePhoto, SLOW_MS);
    else givePhoto();
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  const host = `127.0.0.1:${address.port}`;
  return {
    host,
    url: (path) => `http://${host}${path}`,
    hits: (path) => counts.get(path) ?? 0,
    stop: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

const redirectTo = (location: string) => (response: ServerResponse) =>
  void response.writeHead(302, { location }).end();

const pages: Record<string, (response: ServerResponse) => void> = {
  '/missing.jpg': (response) => response.writeHead(404).end('no such image'),
  '/broken.jpg': (response) => response.writeHead(500).end('broken'),
  '/text.jpg': (response) =>
    response.writeHead(200, { 'content-type': 'image/jpeg' }).end('This is a text.\n'),
  '/drawing.svg': (response) => response.writeHead(200).end('<svg xmlns="http://www.w3.org/2000/svg"/>'),
  '/30mb.jpg': (response) =>
    response.writeHead(200, { 'content-type': 'image/jpeg' }).end(Buffer.alloc(30_000_000)),
  '/to-metadata.jpg': redirectTo('http://169.254.169.254/latest/meta-data/'),
  '/round.jpg': redirectTo('/round.jpg'),
  '/to-photo.jpg': redirectTo('/redirected.jpg'),
};
