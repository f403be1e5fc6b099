import { InvalidArgumentError } from 'commander';
import type { Children } from '../../local/children.ts';
import { SOURCE_FILES, WEIGHTS_PACKAGE } from '../../worker/models/inception-v3.ts';
import { KNOWN_PATH, startImageServer } from './image-server.ts';
import { makePhotos } from './photos.ts';
import { type ProcessInfo, processTree } from './processes.ts';
import { tell } from './progress.ts';
import { startService } from './service.ts';
import { ClientSocket } from './socket.ts';

/** What load is put on: a service of this bench's own, or a deployed stage. */
export interface Target {
  ws: string;
  http: string;
  /** Another URL at each call, all of the same few photos. */
  nextUrl(): string;
  /** Of an image that a worker has to infer once only; where there is none, undefined. */
  knownUrl: string | undefined;
  connect(count: number): Promise<ClientSocket[]>;
  /** The service's processes; none where it runs elsewhere. */
  processes(): Promise<ProcessInfo[]>;
  stop(): Promise<void>;
}

/** Where a deployed stage is, and an image that it can reach; unset, one that is found for it. */
export interface Deployed {
  ws: string;
  http: string;
  imageUrl: string | undefined;
}

/** The sample photo where the package of the weights lies for all to read. */
const PUBLIC_PHOTO = `https://cdn.jsdelivr.net/npm/${WEIGHTS_PACKAGE.spec}/${SOURCE_FILES['labrador.jpg'].path.replace('package/', '')}`;

/**
 * Starts a service with these settings on this machine, with a server of `photos` beside it; or takes the deployed one.
 * @param photos {@link makePhotos} unless said
 */
export async function openTarget(
  children: Children,
  settings: Readonly<Record<string, string>>,
  deployed: Deployed | undefined,
  photos?: readonly Buffer[],
): Promise<Target> {
  if (deployed) return deployedTarget(deployed);
  tell(
    `starting the service: ${Object.entries(settings)
      .map((pair) => pair.join('='))
      .join(' ')}`,
  );
  const images = await startImageServer(photos ?? (await makePhotos()));
  const service = await startService(children, { ...settings, ALLOWED_PRIVATE_HOSTS: images.host });
  const nextUrl = numbered(`http://${images.host}/photo.jpg`);
  return {
    ws: service.ws,
    http: service.http,
    nextUrl,
    knownUrl: settings.CACHE_MB === '0' ? undefined : `http://${images.host}${KNOWN_PATH}`,
    connect: (count) => connect(service.ws, count),
    processes: () => processTree(service.pid),
    async stop() {
      await service.stop();
      images.stop();
    },
  };
}

async function deployedTarget({ ws, http, imageUrl }: Deployed): Promise<Target> {
  const image = imageUrl ?? (await ownSample(http)) ?? PUBLIC_PHOTO;
  tell(`measuring ${ws} with ${image}`);
  return {
    ws,
    http,
    nextUrl: numbered(image),
    knownUrl: undefined,
    connect: (count) => connect(ws, count),
    processes: async () => [],
    stop: async () => {},
  };
}

/** The photo that a stage on a developer's machine serves itself. */
async function ownSample(http: string): Promise<string | undefined> {
  const url = `${http}/samples/labrador.jpg`;
  const response = await fetch(url).catch((cause: unknown) => {
    throw new InvalidArgumentError(`The stage does not answer at ${http}: ${String(cause)}`);
  });
  await response.body?.cancel();
  return response.ok ? url : undefined;
}

/** The URL with a number in its query, another one at each call. */
export function numbered(base: string): () => string {
  let count = 0;
  return () => {
    const url = new URL(base);
    url.searchParams.set('bench', String(count++));
    return url.href;
  };
}

const connect = (ws: string, count: number) =>
  Promise.all(Array.from({ length: count }, () => ClientSocket.connect(ws)));
