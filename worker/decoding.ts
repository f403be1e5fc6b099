import type { Decode, DecodedImage } from './decode-image.ts';
import { inTime, type JobLimits, timed } from './in-time.ts';
import type { LoadedModel } from './loaded-models.ts';
import { Turns } from './turns.ts';
import { distinctViews, onlyView, sameView, viewOf } from './view.ts';

/** An image as a model wants to see it. */
export interface Seen {
  model: LoadedModel;
  /** The model's view. */
  pixels: Uint8Array;
}

/** For whom, and for what, a file is decoded. */
export interface ToDecodeFor {
  models: readonly LoadedModel[];
  colors?: boolean | undefined;
}

export interface DecodedFile {
  image: Omit<DecodedImage, 'views' | 'release'>;
  /** Without the wait for a turn, in ms. */
  ms: number;
  /** @param model one of those that the file was decoded for */
  seenBy(model: LoadedModel): Seen;
  /** To be called when no model has to see it any more. */
  release(): void;
}

/** Decodes the files of jobs. Each takes a whole vCPU: more at a time than there are threads would slow one another down. */
export class Decoding {
  readonly #decode: Decode;
  readonly #turns: Turns;

  constructor(decode: Decode, threads: number) {
    this.#decode = decode;
    this.#turns = new Turns(threads);
  }

  /**
   * Decodes a file for all models that are to see it: what they see alike is made once. With `colors` also tells those.
   * @throws ServiceError where the image is at fault, or `TIMEOUT`
   * @throws DecoderDiedError where the image killed its decoder
   * @throws OutOfTimeError where the decoder fails until the deadline
   */
  async run(
    file: Buffer,
    { models, colors }: ToDecodeFor,
    { deadline, persist }: JobLimits,
  ): Promise<DecodedFile> {
    const views = distinctViews(models.map(({ manifest }) => viewOf(manifest)));
    const decode = inTime(deadline, () => this.#decode(file, { views, colors }));
    const { value, ms } = await persist('decoding', () => this.#turns.run(() => timed(decode)));
    const { views: made, release = () => {}, ...image } = value;
    return {
      image,
      ms,
      seenBy: (model) => {
        const view = viewOf(model.manifest);
        return { model, pixels: onlyView(made.filter((_, at) => sameView(views[at] ?? view, view))) };
      },
      release,
    };
  }
}
