import { afterAll, beforeAll } from 'vitest';
import { type ImageServer, startImageServer } from './image-server.ts';
import { type Service, startService } from './service.ts';

/** A running service whose workers may fetch from a running image server. */
export interface Stage {
  readonly images: ImageServer;
  readonly service: Service;
}

/** Runs the service for the tests of a file, with these settings, beside an image server. */
export function useService(env: NodeJS.ProcessEnv): Stage {
  let images: ImageServer | undefined;
  let service: Service | undefined;
  beforeAll(async () => {
    images = await startImageServer();
    service = await startService({ ALLOWED_PRIVATE_HOSTS: images.host, ...env });
  });
  afterAll(async () => {
    await service?.stop();
    await images?.stop();
  });
  const running = <T>(one: T | undefined): T => {
    if (one === undefined) throw new Error('not started yet');
    return one;
  };
  return {
    get images() {
      return running(images);
    },
    get service() {
      return running(service);
    },
  };
}
