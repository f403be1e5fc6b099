import type { Metadata, Region, Sharp, SharpOptions } from 'sharp';
import { ServiceError } from '../shared/errors.ts';
import type { ImageFormat } from '../shared/image-formats.ts';
import { type ColorShare, dominantColors } from './colors/dominant-colors.ts';
import { identifyFormat } from './decode-image-format.ts';
import { sharp } from './decode-image-loaders.ts';
import { decodeBytes, MAX_DECODE_BYTES } from './decode-image-memory.ts';
import { Turns } from './turns.ts';
import type { View } from './view.ts';
import { middleOf, sampleOf, type WholeImage } from './whole-image.ts';

const MAX_PIXELS = 50_000_000;
/** For all views of an image. */
const TIMEOUT_SECONDS = 10;
// Beyond this aspect ratio only the middle is decoded on, this many shorter sides long. The cut takes one;
// the rest keeps the resampling's edge far from it.
const ELONGATED = 16;
const STRIP_LENGTH = 4;

const OPTIONS: SharpOptions = {
  autoOrient: true,
  // Truncated and broken files are refused; a decoder's mere warnings are common in photos and harmless.
  failOn: 'error',
  limitInputPixels: MAX_PIXELS,
  page: 0,
  pages: 1,
};

/** Images that take more than this many bytes to decode are decoded one at a time. */
const HEAVY_BYTES = 32_000_000;
const heavy = new Turns(1);

/** What is wanted of an image. */
export interface Wanted {
  readonly views: readonly View[];
  /** The dominant colours, too. */
  readonly colors?: boolean | undefined;
}

/** What the colours are taken from: so many pixels each way, evenly spread over the image, its shorter side resized to this. */
const COLORS_SIDE = 64;
const COLORS_OF = 342;
const COLORS = 5;

export interface DecodedImage {
  /** One for each that was asked for, in that order: [height, width, 3], RGB. */
  readonly views: readonly Uint8Array[];
  /** Of the image as it is seen, orientation applied, in pixels. */
  readonly width: number;
  readonly height: number;
  readonly format: ImageFormat;
  /** The largest share first. Where they were wanted. */
  readonly colors?: ColorShare[] | undefined;
  /** To be called when nobody reads the views any more, where there is such: their memory is for other images then. */
  readonly release?: () => void;
}

/** See {@link decodeImage}, whichever process it is done in. */
export type Decode = (bytes: Buffer, wanted: Wanted) => Promise<DecodedImage>;

/**
 * Decodes an image as models want to see it: orientation applied, alpha flattened on white, resized with lanczos3. Of
 * animations and documents the first page counts. Each view is made from the file, so that it is the same whatever
 * else is asked for.
 *
 * @throws {ServiceError} UNSUPPORTED_IMAGE where it is none of the six formats, broken, or takes over 10 s;
 *   IMAGE_TOO_LARGE over 50 megapixels, or where a decoder would have to hold too much of it at once.
 */
export async function decodeImage(bytes: Buffer, { views, colors }: Wanted): Promise<DecodedImage> {
  const format = identifyFormat(bytes);
  try {
    // The header alone: nothing of the image is decoded before its size is known.
    const metadata = await sharp(bytes, { ...OPTIONS, limitInputPixels: false }).metadata();
    checkSize(metadata);
    checkCompression(metadata);
    const needed = decodeBytes(format, metadata);
    if (needed > MAX_DECODE_BYTES) throw tooMuchMemory(format);
    const { width, height } = metadata.autoOrient;
    const size = { width, height, isTurned: (metadata.orientation ?? 1) !== 1 };
    const run = () => makeViews(bytes, size, { views, colors });
    const made = await (needed > HEAVY_BYTES ? heavy.run(run) : run());
    const decoded = { views: made.views, width, height, format };
    return made.sample ? { ...decoded, colors: dominantColors(made.sample, COLORS) } : decoded;
  } catch (cause) {
    if (cause instanceof ServiceError) throw cause;
    const { message } = cause instanceof Error ? cause : new Error(String(cause));
    if (/memory/i.test(message)) throw tooMuchMemory(format, cause);
    if (/maximum supported image dimension/i.test(message))
      throw new ServiceError('IMAGE_TOO_LARGE', undefined, { cause });
    throw new ServiceError('UNSUPPORTED_IMAGE', explain(format, cause), { cause });
  }
}

interface Size {
  readonly width: number;
  readonly height: number;
  /** The file has it otherwise than it is to be seen. */
  readonly isTurned: boolean;
}

async function makeViews(bytes: Buffer, size: Size, { views, colors }: Wanted) {
  const until = performance.now() + TIMEOUT_SECONDS * 1000;
  const pixelsOf = async (image: Sharp): Promise<WholeImage> => {
    const seconds = Math.max(1, Math.ceil((until - performance.now()) / 1000));
    const raw = image.flatten({ background: 'white' }).toColourspace('srgb').raw({ depth: 'uchar' });
    const { data, info } = await raw.timeout({ seconds }).toBuffer({ resolveWithObject: true });
    if (info.channels !== 3) throw new Error(`${info.channels} channels came out`);
    const rgb = new Uint8Array(data.buffer, data.byteOffset, data.length);
    return { rgb, width: info.width, height: info.height };
  };
  const whole = colors ? await pixelsOf(wholeImage(bytes, size)) : undefined;
  const made: Uint8Array[] = [];
  // One after the other: together they would take the memory of several images.
  for (const view of views) {
    // What was decoded for the colours has the view in it, byte for byte, unless sharp turns it: after it has cut it.
    const isIn = whole && view.shorterSide === COLORS_OF && !size.isTurned && !centralStrip(size);
    made.push(isIn ? middleOf(whole, view, COLORS_OF) : (await pixelsOf(viewImage(bytes, size, view))).rgb);
  }
  return { views: made, sample: whole && sampleOf(whole, COLORS_SIDE) };
}

/** All of it; what is very long or very tall, stretched. */
function wholeImage(bytes: Buffer, size: Size): Sharp {
  const image = sharp(bytes, OPTIONS);
  if (centralStrip(size)) return image.resize(COLORS_SIDE, COLORS_SIDE, { fit: 'fill', kernel: 'lanczos3' });
  return image.resize(COLORS_OF, COLORS_OF, { fit: 'outside', kernel: 'lanczos3' });
}

function viewImage(bytes: Buffer, size: Size, view: View): Sharp {
  const image = sharp(bytes, OPTIONS);
  if (view.shorterSide === undefined)
    return image.resize(view.width, view.height, { fit: 'fill', kernel: 'lanczos3' });
  cutMiddle(image, size, view, view.shorterSide);
  return image;
}

function cutMiddle(image: Sharp, size: Size, { width, height }: View, shorterSide: number): void {
  const strip = centralStrip(size);
  // Only where needed: extracting first turns off JPEG's shrink-on-load.
  if (strip !== undefined) image.extract(strip);
  const left = Math.floor((shorterSide - width) / 2);
  const top = Math.floor((shorterSide - height) / 2);
  image
    .resize(shorterSide, shorterSide, { fit: 'cover', kernel: 'lanczos3' })
    .extract({ left, top, width, height });
}

/**
 * The middle of a very long or very tall image. Resized whole to a shorter side of 342, one of 65,000×2
 * would be 11 million pixels long.
 */
function centralStrip({ width, height }: Pick<Size, 'width' | 'height'>): Region | undefined {
  const shorter = Math.min(width, height);
  if (Math.max(width, height) <= ELONGATED * shorter) return undefined;
  const w = Math.min(width, STRIP_LENGTH * shorter);
  const h = Math.min(height, STRIP_LENGTH * shorter);
  return { left: (width - w) >> 1, top: (height - h) >> 1, width: w, height: h };
}

function checkSize({ width, height }: Metadata): void {
  if (width * height <= MAX_PIXELS) return;
  throw new ServiceError(
    'IMAGE_TOO_LARGE',
    `The image has ${width}×${height} pixels; 50 megapixels are the most.`,
  );
}

/** AVIF's container also holds HEIC, whose decoder is not built in. */
function checkCompression({ compression }: Metadata): void {
  if (compression === undefined || compression === 'av1') return;
  throw new ServiceError(
    'UNSUPPORTED_IMAGE',
    `HEIC images (${compression}) are not supported: send an AVIF.`,
  );
}

const tooMuchMemory = (format: ImageFormat, cause?: unknown) =>
  new ServiceError(
    'IMAGE_TOO_LARGE',
    `This ${nameOf(format)} takes too much memory to decode: send it smaller, or as another kind of file.`,
    { cause },
  );

function explain(format: ImageFormat, cause: unknown): string {
  const slow = cause instanceof Error && /^timeout:/.test(cause.message);
  return slow
    ? `The ${nameOf(format)} takes over 10 s to decode.`
    : `The ${nameOf(format)} is damaged or incomplete.`;
}

const nameOf = (format: ImageFormat) => (format === 'webp' ? 'WebP' : format.toUpperCase());
