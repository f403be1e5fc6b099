import type { Metadata } from 'sharp';
import type { ImageFormat } from '../shared/image-formats.ts';

/** The most memory that decoding one image may take, in bytes. */
export const MAX_DECODE_BYTES = 200_000_000;

/**
 * What decoding takes at most, in bytes, where a decoder has to hold the image whole; the others go through it by rows,
 * or shrink it as they load it. Measured at 50 megapixels, with a little more to be sure. What a header does not
 * tell, the decoder process's own limit catches.
 */
export function decodeBytes(format: ImageFormat, metadata: Metadata): number {
  return metadata.width * metadata.height * bytesPerPixel(format, metadata);
}

function bytesPerPixel(format: ImageFormat, metadata: Metadata): number {
  const {
    channels,
    depth,
    isProgressive,
    chromaSubsampling = '',
    bitsPerSample = 8,
    hasAlpha,
    pages = 1,
  } = metadata;
  switch (format) {
    case 'jpeg':
      // Progressive: all coefficients, 2 bytes each.
      return isProgressive ? 2 * (chromaSubsampling.startsWith('4:2:0') ? 1.5 : channels) : 0;
    case 'png':
      // Interlaced: the whole image.
      return isProgressive ? channels * (depth === 'ushort' ? 2 : 1) * 1.15 : 0;
    case 'gif':
      return 5;
    case 'webp':
      return pages > 1 ? 8 : 4;
    case 'avif':
      // Planes of the decoder and of the converter side by side.
      return 16 + (hasAlpha ? 4 : 0) + (bitsPerSample > 8 ? 8 : 0);
    case 'tiff':
      return 0;
  }
}
