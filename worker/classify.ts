import type { JobMessage } from '../shared/jobs.ts';
import type { ResultMessage } from '../shared/protocol.ts';
import { ByteBudget, type ByteShare } from './byte-budget.ts';
import type { KnownImages } from './cache/known-images.ts';
import { type Examined, Recall } from './cache/recall.ts';
import type { Decode } from './decode-image.ts';
import { type DecodedFile, Decoding, type ToDecodeFor } from './decoding.ts';
import { type Findings, foundBy, netKey } from './findings.ts';
import { ImageSource, type ImageSourceOptions } from './image-source.ts';
import { type JobLimits, timed } from './in-time.ts';
import { Inference } from './inference.ts';
import { fitting } from './labels/fitting.ts';
import { type LabelOptions, labelsOf } from './labels/labels-of.ts';
import type { LoadedModel, ModelLease, Models } from './loaded-models.ts';

/** What a classification gives: the labels, best first, and its times in ms. */
export type Classification = Pick<
  ResultMessage,
  'model' | 'labels' | 'moderation' | 'colors' | 'image' | 'cached'
> & {
  timings: Pick<ResultMessage['timings'], 'downloadMs' | 'decodeMs' | 'inferMs'>;
  /** That the whole worker took for it, see `ServiceMeter`; `undefined` where nothing was inferred. */
  serviceMs: number | undefined;
};

/**
 * The image files that lie here may take this together, each a little beside it, and one more file: 44 MB of 19 files,
 * which is the most that one of two threads holds. In bytes.
 */
const FILES_BYTES = 10_000_000;
const FREE_BYTES = 700_000;

export interface ClassifierOptions extends ImageSourceOptions {
  models: Models;
  /** Images decoded at a time, and images inferred at a time. */
  threads: number;
  decode: Decode;
  /** What is remembered of images; unset, nothing is. */
  known?: KnownImages | undefined;
}

/** Downloads, decodes and classifies images: each image in turn, several side by side. */
export class Classifier {
  readonly #models: Models;
  readonly #images: ImageSource;
  readonly #files = new ByteBudget(FILES_BYTES, FREE_BYTES);
  // With turns of their own each, so that the next image is decoded while this one is inferred.
  readonly #decoding: Decoding;
  readonly #inference: Inference;
  readonly #known: KnownImages | undefined;
  /** Jobs under way, in whichever step. */
  #inHand = 0;

  constructor({ models, threads, decode, known, ...sources }: ClassifierOptions) {
    this.#models = models;
    this.#images = new ImageSource(sources);
    this.#decoding = new Decoding(decode, threads);
    this.#inference = new Inference(threads);
    this.#known = known;
  }

  /**
   * Classifies a job's image. Waiting for a turn counts in none of the times.
   * @throws ServiceError where the image, its host or the model is at fault, or `TIMEOUT`
   * @throws DecoderDiedError where the image killed its decoder
   * @throws OutOfTimeError where the bucket, the decoder or the engine fails until the deadline
   */
  async classify(job: JobMessage, limits: JobLimits): Promise<Classification> {
    const { release, ...models } = await this.#models.lease(job, limits);
    const share = this.#files.open();
    this.#inHand++;
    try {
      return await this.#classify(job, models, share, limits);
    } finally {
      this.#inHand--;
      share.giveBack();
      release();
    }
  }

  async #classify(
    job: JobMessage,
    { model, moderation }: Pick<ModelLease, 'model' | 'moderation'>,
    share: ByteShare,
    limits: JobLimits,
  ): Promise<Classification> {
    const recall = new Recall(this.#known, job, moderation ? [model, moderation] : [model]);
    const file = await timed(() => this.#images.read(job, share, limits, recall.validator));
    const examined = await recall.findings(file.value, (bytes, models) =>
      this.#examine(bytes, { models, colors: job.colors }, limits),
    );

    const { findings, decodeMs, inferMs, serviceMs } = examined;
    return {
      ...sightOf(model, findings, job, LABELS_BYTES),
      ...(moderation && { moderation: sightOf(moderation, findings, ALL_CLASSES, MODERATION_BYTES) }),
      ...whatIsAsked(job, findings.image),
      ...(serviceMs === undefined && { cached: true }),
      timings: { downloadMs: file.ms, decodeMs, inferMs },
      serviceMs,
    };
  }

  /** Decodes a file and has the models see it. */
  async #examine(file: Buffer, wanted: ToDecodeFor, limits: JobLimits): Promise<Examined> {
    const decoded = await this.#decoding.run(file, wanted, limits);
    try {
      const { probabilities, ...times } = await this.#infer(decoded, wanted.models, limits);
      const image = { ...decoded.image, bytes: file.length };
      return { findings: { image, probabilities }, decodeMs: decoded.ms, ...times };
    } finally {
      decoded.release();
    }
  }

  async #infer(decoded: DecodedFile, models: readonly LoadedModel[], limits: JobLimits) {
    const isAlone = () => this.#inHand === 1;
    const probabilities: Record<string, Float32Array> = {};
    let inferMs = 0;
    let serviceMs: number | undefined;
    for (const model of models) {
      const spentMs = serviceMs === undefined ? decoded.ms : 0;
      const inferring = { ...limits, isAlone, spentMs };
      const inferred = await this.#inference.run(decoded.seenBy(model), inferring);
      probabilities[netKey(model)] = inferred.probabilities;
      inferMs += inferred.ms;
      serviceMs = (serviceMs ?? 0) + inferred.serviceMs;
    }
    return { probabilities, inferMs, serviceMs };
  }
}

/** What a job asks of the image itself. */
function whatIsAsked(
  asked: JobMessage,
  { width, height, format, bytes, colors }: Findings['image'],
): Pick<Classification, 'colors' | 'image'> {
  return {
    ...(asked.colors && { colors }),
    ...(asked.image && { image: { width, height, format, bytes } }),
  };
}

/** What labels may take of a response, as JSON. */
const LABELS_BYTES = 64_000;
const MODERATION_BYTES = 16_000;

const ALL_CLASSES: LabelOptions = { topK: Number.POSITIVE_INFINITY, minConfidence: 0 };

/** What a model sees in an image, for people. */
function sightOf(
  model: LoadedModel,
  findings: Findings,
  options: LabelOptions,
  limit: number,
): Pick<Classification, 'model' | 'labels'> {
  const { manifest, engine, labels } = model;
  const { name, version } = manifest;
  const probabilities = foundBy(model, findings);
  if (!probabilities) throw new Error(`${netKey(model)} has not seen the image`);
  return {
    model: { name, version, engine: engine.name, precision: engine.precision },
    labels: fitting(labelsOf(probabilities, { ...manifest, labels }, options), limit),
  };
}
