import { createServer, type IncomingMessage, type RequestListener } from 'node:http';
import sharp from 'sharp';
import { listen, stop } from './listen.ts';

/** A web server on 127.0.0.1 that holds images. */
export interface ImageHost {
  /** `host:port`, as ALLOWED_PRIVATE_HOSTS wants it. */
  host: string;
  url: string;
  /** Every request that came, in order. */
  requests: IncomingMessage[];
  /** Answers a path in its own way. */
  on(path: string, listener: RequestListener): string;
  stop(): void;
}

/** A small photo, as good as any. */
export const anyJpeg = () =>
  sharp({ create: { width: 64, height: 48, channels: 3, background: 'tan' } })
    .jpeg()
    .toBuffer();

/** Starts a host that answers every path with a small JPEG, unless it was told otherwise. */
export async function startImageHost(): Promise<ImageHost> {
  const jpeg = await anyJpeg();
  const listeners = new Map<string, RequestListener>();
  const requests: IncomingMessage[] = [];
  const server = createServer((request, response) => {
    requests.push(request);
    const listener = listeners.get(request.url ?? '');
    if (listener) listener(request, response);
    else response.writeHead(200, { 'content-type': 'image/jpeg', 'content-length': jpeg.length }).end(jpeg);
  });
  const host = await listen(server);
  const url = `http://${host}`;
  return {
    host,
    url,
    requests,
    on(path, listener) {
      listeners.set(path, listener);
      return url + path;
    },
    stop: () => stop(server),
  };
}
