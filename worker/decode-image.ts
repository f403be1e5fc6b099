import type { Metadata, Region, Sharp, SharpOptions } from 'sharp';
import { ServiceError } from '../shared/errors.ts';
import { type ImageFormat, identifyFormat } from './decode-image-format.ts';
import { sharp } from './decode-image-loaders.ts';
import { decodeBytes, MAX_DECODE_BYTES } from './decode-image-memory.ts';
import { Turns } from './turns.ts';

const MAX_PIXELS = 50_000_000;
const TIMEOUT_SECONDS = 10;
const SIDE = 299;
// 299 / 0.875: the central crop that the net was evaluated with.
const SHORTER_SIDE = 342;
const MARGIN = Math.floor((SHORTER_SIDE - SIDE) / 2);

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

export interface DecodedImage {
  /** [299, 299, 3], RGB, in an ArrayBuffer of its own. */
  readonly rgb: Uint8Array<ArrayBuffer>;
  /** Of the image as it is seen, orientation applied, in pixels. */
  readonly width: number;
  readonly height: number;
  readonly format: ImageFormat;
}

/**
 * Decodes an image as Inception v3 wants it: orientation applied, alpha flattened on white, the shorter side
 * resized to 342 with lanczos3, the central 299×299 cut. Of animations and documents the first page counts.
 *
 * @throws {ServiceError} UNSUPPORTED_IMAGE where it is none of the six formats, broken, or takes over 10 s;
 *   IMAGE_TOO_LARGE over 50 megapixels, or where a decoder would have to hold too much of it at once.
 */
export async function decodeImage(bytes: Buffer): Promise<DecodedImage> {
  const format = identifyFormat(bytes);
  try {
    // The header alone: nothing of the image is decoded before its size is known.
    const metadata = await sharp(bytes, { ...OPTIONS, limitInputPixels: false }).metadata();
    checkSize(metadata);
    checkCompression(metadata);
    const needed = decodeBytes(format, metadata);
    if (needed > MAX_DECODE_BYTES) throw tooMuchMemory(format);
    const { width, height } = metadata.autoOrient;
    const run = () => pipeline(bytes, width, height).toBuffer({ resolveWithObject: true });
    const { data, info } = await (needed > HEAVY_BYTES ? heavy.run(run) : run());
    if (info.channels !== 3) throw new Error(`${info.channels} channels came out`);
    return { rgb: new Uint8Array(data), width, height, format };
  } catch (cause) {
    if (cause instanceof ServiceError) throw cause;
    const { message } = cause instanceof Error ? cause : new Error(String(cause));
    if (/memory/i.test(message)) throw tooMuchMemory(format, cause);
    if (/maximum supported image dimension/i.test(message))
      throw new ServiceError('IMAGE_TOO_LARGE', undefined, { cause });
    throw new ServiceError('UNSUPPORTED_IMAGE', explain(format, cause), { cause });
  }
}

function pipeline(bytes: Buffer, width: number, height: number): Sharp {
  const image = sharp(bytes, OPTIONS);
  const strip = centralStrip(width, height);
  // Only where needed: extracting first turns off JPEG's shrink-on-load.
  if (strip !== undefined) image.extract(strip);
  return image
    .resize(SHORTER_SIDE, SHORTER_SIDE, { fit: 'cover', kernel: 'lanczos3' })
    .extract({ left: MARGIN, top: MARGIN, width: SIDE, height: SIDE })
    .flatten({ background: 'white' })
    .toColourspace('srgb')
    .raw({ depth: 'uchar' })
    .timeout({ seconds: TIMEOUT_SECONDS });
}

/**
 * The middle of a very long or very tall image. Resized whole to a shorter side of 342, one of 65,000×2
 * would be 11 million pixels long.
 */
function centralStrip(width: number, height: number): Region | undefined {
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
