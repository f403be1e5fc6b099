import { performance } from 'node:perf_hooks';
import { ServiceError } from '../shared/errors.ts';
import type { JobMessage } from '../shared/jobs.ts';
import type { ResultMessage } from '../shared/protocol.ts';
import { isUpload } from '../shared/uploads.ts';
import { ByteBudget, type ByteShare } from './byte-budget.ts';
import type { DecodedImage } from './decode-image.ts';
import type { Engine } from './engines/engine.ts';
import { topKLabels } from './engines/top-k.ts';
import type { ImageFetcher } from './fetch-image.ts';
import { MODEL } from './models/inception-v3.ts';
import { ServiceMeter } from './service-time.ts';
import { Turns } from './turns.ts';
import type { UploadReader } from './upload-reader.ts';

/** What a classification gives: the labels, best first, and its times in ms. */
export type Classification = Pick<ResultMessage, 'model' | 'labels'> & {
  timings: Pick<ResultMessage['timings'], 'downloadMs' | 'decodeMs' | 'inferMs'>;
  /** That the whole worker took for it; see {@link ServiceMeter}. */
  serviceMs: number;
};

export interface ClassifyOptions {
  /** ms since the epoch; past it nothing is begun. */
  deadline: number;
  /** Repeats a step that only a failure of ours can stop. */
  persist<T>(step: string, task: () => Promise<T>): Promise<T>;
}

/**
 * The image files that lie here may take this together, each a little beside it, and one more file: 44 MB of 19 files,
 * which is the most that one of two threads holds. In bytes.
 */
const FILES_BYTES = 10_000_000;
const FREE_BYTES = 700_000;

export interface ClassifierOptions {
  engine: Engine;
  fetcher: ImageFetcher;
  uploads: UploadReader;
  /** See `decodeImage`. */
  decode(bytes: Buffer): Promise<DecodedImage>;
  /** The most that a download may take, in ms. */
  downloadMs: number;
}

/** Downloads, decodes and classifies images: each image in turn, several side by side. */
export class Classifier {
  readonly #engine: Engine;
  readonly #fetcher: ImageFetcher;
  readonly #uploads: UploadReader;
  readonly #decode: ClassifierOptions['decode'];
  readonly #downloadMs: number;
  readonly #files = new ByteBudget(FILES_BYTES, FREE_BYTES);
  // Both take a whole vCPU: more at a time than there are threads would only slow one another down. Of their own
  // kind each, so that the next image is decoded while this one is inferred.
  readonly #decoding: Turns;
  readonly #inferring: Turns;
  readonly #meter: ServiceMeter;
  /** Jobs under way, in whichever step. */
  #inHand = 0;

  constructor({ engine, fetcher, uploads, decode, downloadMs }: ClassifierOptions) {
    this.#engine = engine;
    this.#fetcher = fetcher;
    this.#uploads = uploads;
    this.#decode = decode;
    this.#downloadMs = downloadMs;
    this.#decoding = new Turns(engine.threads);
    this.#inferring = new Turns(engine.threads);
    this.#meter = new ServiceMeter(engine.threads);
  }

  /**
   * Classifies a job's image. Waiting for a turn counts in none of the times.
   * @throws ServiceError where the image or its host is at fault, or `TIMEOUT`
   * @throws DecoderDiedError where the image killed its decoder
   * @throws OutOfTimeError where the bucket, the decoder or the engine fails until the deadline
   */
  async classify(job: JobMessage, options: ClassifyOptions): Promise<Classification> {
    if (job.model !== MODEL.name) throw new ServiceError('UNKNOWN_MODEL');
    const share = this.#files.open();
    this.#inHand++;
    try {
      return await this.#classify(job, options, share);
    } finally {
      this.#inHand--;
      share.giveBack();
    }
  }

  async #classify(
    job: JobMessage,
    { deadline, persist }: ClassifyOptions,
    share: ByteShare,
  ): Promise<Classification> {
    const download = await timed(() =>
      isUpload(job.imageUrl)
        ? persist(
            'reading the upload',
            inTime(deadline, () => this.#uploads.read(job, share)),
          )
        : this.#download(job.imageUrl, deadline, share),
    );
    const decode = () => this.#decode(download.value);

    const decoded = await persist('decoding', () =>
      this.#decoding.run(() => timed(inTime(deadline, decode))),
    );
    let { rgb } = decoded.value;
    const infer = async () => {
      // A try that failed has taken the pixels with it.
      if (rgb.length === 0) ({ rgb } = await decode());
      const alone = this.#inHand === 1;
      const { value, ms } = await timed(() => this.#engine.classify(rgb, 1, alone));
      // Now, before the turn goes on.
      const end = {
        threadMs: decoded.ms + (alone ? ms * this.#engine.loneThreads : ms),
        endedAt: performance.now(),
        othersWait: this.#inferring.waiting > 0,
      };
      return { value, ms, serviceMs: this.#meter.end(end) };
    };
    const inferred = await persist('inference', () => this.#inferring.run(inTime(deadline, infer)));

    const { name: engine, precision, version, labels } = this.#engine;
    return {
      model: { name: MODEL.name, version, engine, precision },
      labels: topKLabels(inferred.value, labels, job),
      timings: { downloadMs: download.ms, decodeMs: decoded.ms, inferMs: inferred.ms },
      serviceMs: inferred.serviceMs,
    };
  }

  async #download(imageUrl: string, deadline: number, share: ByteShare): Promise<Buffer> {
    try {
      return await this.#fetcher.fetch(imageUrl, Math.min(this.#downloadMs, deadline - Date.now()), share);
    } catch (error) {
      if (Date.now() >= deadline) throw new ServiceError('TIMEOUT', undefined, { cause: error });
      throw error;
    }
  }
}

function inTime<T>(deadline: number, task: () => Promise<T>): () => Promise<T> {
  return () => {
    if (Date.now() >= deadline) throw new ServiceError('TIMEOUT');
    return task();
  };
}

async function timed<T>(task: () => Promise<T>): Promise<{ value: T; ms: number }> {
  const start = performance.now();
  const value = await task();
  return { value, ms: performance.now() - start };
}
