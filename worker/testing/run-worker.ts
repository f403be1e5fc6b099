import { type Decode, decodeImage } from '../decode-image.ts';
import { EchoEngine } from '../engines/echo.ts';
import type { Engine } from '../engines/engine.ts';
import { ImageFetcher } from '../fetch-image.ts';
import type { Models } from '../loaded-models.ts';
import type { WorkerConfig } from '../settings.ts';
import type { Times } from '../times.ts';
import { Worker } from '../worker.ts';
import type { TestCloud } from './cloud.ts';
import type { ImageHost } from './image-host.ts';
import { oneModel } from './one-model.ts';

export interface RunningWorker {
  worker: Worker;
  /** How it left. */
  done: Promise<'graceful' | 'forceful'>;
  /** Drains it, and waits until it is gone. */
  end(): Promise<void>;
}

export interface RunWorkerOptions {
  /** The default model's, and the only one. */
  engine?: Engine;
  /** Instead of that. */
  models?: Models;
  times?: Partial<Times>;
  config?: Partial<WorkerConfig>;
  /** In this process unless there is another. */
  decode?: Decode;
}

/** Runs a worker in this process, with the echo engine unless there is another. */
export function runWorker(cloud: TestCloud, { host }: ImageHost, options: RunWorkerOptions): RunningWorker {
  const engine = options.engine ?? new EchoEngine({ threads: 1, echoMs: 0 });
  const fetcher = new ImageFetcher({
    rules: { allowedPorts: [80, 443], allowedPrivateHosts: [host] },
    userAgent: 'ClassifyCloud/test',
  });
  const worker = new Worker({
    config: { ...cloud.config, WORKER_THREADS: engine.threads, ...options.config },
    identity: {
      instanceId: cloud.instanceId,
      launchTemplateVersion: options.config?.LAUNCH_TEMPLATE_VERSION,
    },
    models: options.models ?? oneModel(engine),
    engine,
    fetcher,
    decode: options.decode ?? decodeImage,
    ...(options.times && { times: options.times }),
  });
  const done = worker.run().finally(() => fetcher.destroy());
  const end = async () => {
    worker.onSignal('SIGTERM');
    await done;
  };
  return { worker, done, end };
}
