import * as z from 'zod';
import { ERROR_CODES } from '../shared/errors.ts';
import { IMAGE_FORMATS } from './decode-image-format.ts';

/** Head of a frame to the decoder; its body is the image file. */
export const decodeRequest = z.object({ id: z.int() });

/** Head of a frame from the decoder; the body of an `image` is its pixels. */
export const decoderAnswer = z.union([
  z.object({ ready: z.literal(true) }),
  z.object({
    id: z.int(),
    image: z.object({ width: z.int(), height: z.int(), format: z.enum(IMAGE_FORMATS) }),
  }),
  z.object({
    id: z.int(),
    /** `detail` is for the log. */
    error: z.object({ code: z.enum(ERROR_CODES), message: z.string(), detail: z.string() }),
  }),
]);
export type DecoderAnswer = z.infer<typeof decoderAnswer>;
