import { ServiceError } from './errors.ts';

/** The largest image file: 20 MiB, so that all that a person calls 20 MB passes. In bytes. */
export const MAX_IMAGE_BYTES = 20 * 1024 * 1024;

/** The refusal of a file of so many bytes; `undefined` where it may be read. */
export const tooLargeBy = (bytes: number): ServiceError | undefined =>
  bytes > MAX_IMAGE_BYTES ? new ServiceError('IMAGE_TOO_LARGE', 'The image file is over 20 MB.') : undefined;
