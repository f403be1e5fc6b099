import * as z from 'zod';
import { colors } from '../shared/answers.ts';
import { ERROR_CODES } from '../shared/errors.ts';
import { IMAGE_FORMATS } from '../shared/image-formats.ts';

const pixels = z.int().positive();

/** Head of a frame to the decoder, under a number of the worker's; the body is the image file. */
export const decoderTask = z.object({
  views: z.array(z.object({ height: pixels, width: pixels, shorterSide: pixels.optional() })),
  colors: z.boolean().optional(),
});
export type DecoderTask = z.infer<typeof decoderTask>;

/** Head of a frame from the decoder, under the number of its image; the body of an `image` is its views, one after the other. */
export const decoderAnswer = z.union([
  z.object({ ready: z.literal(true) }),
  z.object({
    image: z.object({
      ...{ width: z.int(), height: z.int(), format: z.enum(IMAGE_FORMATS) },
      colors: colors.optional(),
    }),
  }),
  z.object({
    /** `detail` is for the log. */
    error: z.object({ code: z.enum(ERROR_CODES), message: z.string(), detail: z.string() }),
  }),
]);
export type DecoderAnswer = z.infer<typeof decoderAnswer>;
