/** Images of one size, each with the index of its class. */
export interface LabelledImages {
  /** [count, height, width, channels], bytes. */
  readonly pixels: Uint8Array;
  /** [count] */
  readonly labels: Uint8Array;
  /** [count], where each was a file. */
  readonly files?: readonly string[];
}

/** How an image of any kind becomes one of the net's: what the service's decoder is asked for. */
export interface ImageShape {
  readonly height: number;
  readonly width: number;
  /** 1: grey, 3: RGB. */
  readonly channels: 1 | 3;
  /** The shorter side is resized to it, and the middle cut out; without it the image is stretched whole. */
  readonly shorterSide?: number | undefined;
}

/** What there is to learn, with the images on which to try what was learnt. */
export interface Dataset {
  readonly name: string;
  /** For people: where it comes from, and under which licence. */
  readonly source: string;
  readonly licence: string;
  readonly classes: readonly string[];
  readonly shape: ImageShape;
  readonly training: LabelledImages;
  readonly test: LabelledImages;
  /** Where the images' files are, if they are files; absolute. */
  readonly folder?: string;
  /** Files that are no images. */
  readonly skipped?: readonly { readonly file: string; readonly reason: string }[];
}

/** How far the preparation of a dataset is, in units of its own. */
export type OnStep = (step: { what: string; done: number; total: number }) => void;

/** A dataset that cannot be had, or that nothing can be learnt from; the message says what to do. */
export class DatasetError extends Error {
  override readonly name = 'DatasetError';
}

/** Bytes of one image. */
export const imageBytes = ({ height, width, channels }: ImageShape): number => height * width * channels;
