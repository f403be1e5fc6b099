import * as z from 'zod';
import { colors } from '../shared/answers.ts';
import { ERROR_CODES } from '../shared/errors.ts';
import { IMAGE_FORMATS } from '../shared/image-formats.ts';

/** The pixel file, in the decoder: after the three that every process has. */
export const PIXELS_FD = 3;

const pixels = z.int().positive();

/** Head of a frame to the decoder, under a number of the worker's; the body is the image file. The views go to `place`. */
export const decoderTask = z.object({
  views: z.array(z.object({ height: pixels, width: pixels, shorterSide: pixels.optional() })),
  colors: z.boolean().optional(),
  /** In the pixel file, in bytes. */
  place: z.int().nonnegative(),
});
export type DecoderTask = z.infer<typeof decoderTask>;

/** Head of a frame from the decoder, under the number of its image, whose views then lie in its place, one after the other. */
export const decoderAnswer = z.union([
  z.object({ ready: z.literal(true) }),
  z.object({
    /** Of the pixels that were written. */
    bytes: z.int().nonnegative(),
    image: z.object({
      ...{ width: z.int(), height: z.int(), format: z.enum(IMAGE_FORMATS) },
      colors: colors.optional(),
    }),
  }),
  /** A failure of ours, for the log. */
  z.object({ failed: z.string() }),
  z.object({
    /** The image is at fault; `detail` is for the log. */
    error: z.object({ code: z.enum(ERROR_CODES), message: z.string(), detail: z.string() }),
  }),
]);
export type DecoderAnswer = z.infer<typeof decoderAnswer>;
