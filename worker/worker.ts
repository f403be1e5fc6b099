import { Results } from '../shared/results.ts';
import { KnownImages } from './cache/known-images.ts';
import { Classifier } from './classify.ts';
import { Consumer } from './consume.ts';
import type { Decode } from './decode-image.ts';
import { Drain } from './drain.ts';
import type { Engine } from './engines/engine.ts';
import type { ImageFetcher } from './fetch-image.ts';
import { RequestHandler } from './handle-request.ts';
import { type Identity, InstanceMetadata } from './instance-metadata.ts';
import { JobLog } from './job-log.ts';
import type { Models } from './loaded-models.ts';
import { sqsOutbox } from './outbox.ts';
import { Prefetch } from './prefetch.ts';
import { Presence } from './presence.ts';
import { sqsRequestQueue } from './request-queue.ts';
import { JobRunner } from './run-job.ts';
import { SelfTags } from './self-tags.ts';
import type { WorkerConfig } from './settings.ts';
import { SpotWatch } from './spot-notice.ts';
import { sqsTerminateQueue } from './terminate-queue.ts';
import { TerminateWatch } from './terminate-watch.ts';
import { checkTimes, TIMES, type Times, timesOf } from './times.ts';
import { UploadReader } from './upload-reader.ts';

export interface WorkerOptions {
  config: WorkerConfig;
  identity: Identity;
  /** The caller disposes of them. */
  models: Models;
  /** What runs the default model. */
  engine: Pick<Engine, 'name' | 'precision'>;
  fetcher: ImageFetcher;
  decode: Decode;
  /** What differs from the settings and from {@link TIMES}. */
  times?: Partial<Times>;
}

/** Share of its life by which a worker may go before its time. */
const LIFETIME_JITTER = 0.1;

/** A worker, put together: from the queues through the engine to the bucket. */
export class Worker {
  readonly #consumer: Consumer;
  readonly #presence: Presence;
  readonly #drain: Drain;
  readonly #drainMs: number;
  readonly #engine: string;
  readonly #jobLog = new JobLog();
  readonly #spot: SpotWatch | undefined;
  readonly #lifetimeMs: number;

  constructor({ config, identity, models, engine, fetcher, decode, ...options }: WorkerOptions) {
    const times = { ...TIMES, ...timesOf(config), ...options.times };
    checkTimes(times);
    const queue = sqsRequestQueue(config.REQUEST_QUEUE_URL, times.longPollSeconds);
    const terminateQueue = sqsTerminateQueue(config.TERMINATE_QUEUE_URL);
    const tags = new SelfTags(identity.instanceId);
    const presence = new Presence({ tags, times });
    const threads = config.WORKER_THREADS;
    const prefetch = new Prefetch(threads);
    const { downloadMs } = times;
    const uploads = new UploadReader(config.BUCKET, downloadMs);
    const known = knownImages(config);
    const classifier = new Classifier({ models, threads, fetcher, uploads, decode, downloadMs, known });
    const handler = new RequestHandler({
      queue,
      outbox: sqsOutbox(config.RESPONSE_QUEUE_URL, config.DEAD_LETTER_QUEUE_URL),
      results: new Results(config.BUCKET),
      runner: new JobRunner({
        classifier,
        onWorked: (serviceMs, downloadMs) => {
          presence.worked(serviceMs, downloadMs + serviceMs * threads);
          prefetch.worked(serviceMs, downloadMs);
        },
      }),
      jobLog: this.#jobLog,
      requestTimeoutSeconds: config.REQUEST_TIMEOUT_SECONDS,
      times,
    });
    const watch = new TerminateWatch({
      queue: terminateQueue,
      checkEvery: config.TERMINATE_CHECK_EVERY,
      ownVersion: identity.launchTemplateVersion,
      times,
      onOrder: (order) => this.#drain.follow(order),
    });
    const consumer = new Consumer({
      queue,
      threads,
      slots: () => prefetch.slots,
      times,
      handle: (message, handling) => handler.handle(message, handling),
      onBusy: () => watch.onBusy(),
      onIdle: () => watch.onIdle(),
      onFinished: (settledMs) => {
        if (settledMs !== undefined) presence.settled(settledMs);
        watch.onFinished();
      },
    });
    this.#consumer = consumer;
    this.#presence = presence;
    const { parkingMs } = times;
    this.#drain = new Drain({ consumer, watch, presence, tags, terminateQueue, parkingMs });
    if (config.WORKER_MARKET === 'spot')
      this.#spot = new SpotWatch({
        metadata: new InstanceMetadata(config.AWS_EC2_METADATA_SERVICE_ENDPOINT),
        everyMs: times.spotLookMs,
        onNotice: (at) => this.#drain.onSpotNotice(Math.max(0, at - times.spotMarginMs - Date.now())),
      });
    this.#lifetimeMs = (config.MAX_LIFETIME_SECONDS ?? Number.POSITIVE_INFINITY) * 1000;
    this.#engine = `${engine.name} ${engine.precision}`;
    this.#drainMs = config.DRAIN_SECONDS * 1000;
  }

  /** Works until a terminate message, a signal, a Spot notice or its age ends it. */
  async run(): Promise<'graceful' | 'forceful'> {
    this.#presence.ready(this.#engine);
    this.#spot?.start();
    // Those that were launched together are not to go together.
    const lifetimeMs = this.#lifetimeMs * (1 - LIFETIME_JITTER * Math.random());
    const age =
      lifetimeMs < Number.POSITIVE_INFINITY ? setTimeout(() => this.#drain.retire(), lifetimeMs) : undefined;
    try {
      await this.#consumer.run();
      return await this.#drain.finish();
    } finally {
      clearTimeout(age);
      this.#spot?.stop();
      this.#jobLog.close();
    }
  }

  /** The first signal drains the worker, a second stops it. */
  onSignal(signal: NodeJS.Signals): void {
    this.#drain.onSignal(signal, this.#drainMs);
  }
}

/** What the echo engine answers is not worth remembering: it is there to be asked. */
const knownImages = ({ CACHE_MB, ENGINE }: WorkerConfig): KnownImages | undefined =>
  CACHE_MB > 0 && ENGINE !== 'echo' ? new KnownImages(CACHE_MB * 1e6) : undefined;
