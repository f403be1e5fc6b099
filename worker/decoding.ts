import type { Decode, DecodedImage } from './decode-image.ts';
import { inTime, type JobLimits, timed } from './in-time.ts';
import type { LoadedModel } from './loaded-models.ts';
import { Turns } from './turns.ts';
import { distinctViews, onlyView, sameView, viewOf } from './view.ts';

/** An image as a model wants to see it. */
export interface Seen {
  model: LoadedModel;
  /** The model's view; the first try takes it. */
  pixels: Uint8Array<ArrayBuffer>;
  /** The view made anew, for a try after one that failed. */
  again(): Promise<Uint8Array<ArrayBuffer>>;
}

/** For whom, and for what, a file is decoded. */
export interface ToDecodeFor {
  models: readonly LoadedModel[];
  colors?: boolean | undefined;
}

export interface DecodedFile {
  image: Omit<DecodedImage, 'views'>;
  /** Without the wait for a turn, in ms. */
  ms: number;
  /** @param model one of those that the file was decoded for */
  seenBy(model: LoadedModel): Seen;
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
    const { views: made, ...image } = value;
    const shared = models.length > views.length;
    return {
      image,
      ms,
      seenBy: (model) => {
        const view = viewOf(model.manifest);
        const pixels = onlyView(made.filter((_, at) => sameView(views[at] ?? view, view)));
        const again = async () => onlyView((await this.#decode(file, { views: [view] })).views);
        // An engine takes the bytes with it.
        return { model, pixels: shared ? pixels.slice() : pixels, again };
      },
    };
  }
}
