import type { ErrorBody } from './messages.ts';

/** Which request an error is about, as far as there is one. */
export interface About {
  requestId?: string | undefined;
  imageUrl?: string | undefined;
  cause?: unknown;
}

/**
 * What went wrong, and whether asking again may help. Each code has a class of its own; one that is newer than this
 * package comes as a plain `CloudError`.
 */
export class CloudError extends Error {
  override readonly name: string = 'CloudError';
  /** A code of the service's table, or `NO_CONNECTION`, `UPLOAD_FAILED` or `CLOSED`. */
  readonly code: string;
  readonly retryable: boolean;
  /** Milliseconds after which asking again makes sense. */
  readonly retryAfterMs: number | undefined;
  /** Of the last try, where one was made: `resume` finds its outcome later, if there will be any. */
  readonly requestId: string | undefined;
  readonly imageUrl: string | undefined;

  constructor({ code, message, retryable, retryAfterMs }: ErrorBody, about: About = {}) {
    super(message, { cause: about.cause });
    this.code = code;
    this.retryable = retryable;
    this.retryAfterMs = retryAfterMs;
    this.requestId = about.requestId;
    this.imageUrl = about.imageUrl;
  }
}

/** A field is of the wrong kind; the message names it. */
export class InvalidMessageError extends CloudError {
  override readonly name = 'InvalidMessageError';
}
/** Not an absolute http(s) URL. */
export class InvalidUrlError extends CloudError {
  override readonly name = 'InvalidUrlError';
}
/** The URL leads to an address that is not public, or to a port that is not allowed. */
export class ForbiddenUrlError extends CloudError {
  override readonly name = 'ForbiddenUrlError';
}
/** No key, a wrong one, or one that was revoked. */
export class UnauthorizedError extends CloudError {
  override readonly name = 'UnauthorizedError';
}
export class UnknownModelError extends CloudError {
  override readonly name = 'UnknownModelError';
}
/** The id is malformed, older than results are kept, or another tenant's. */
export class UnknownRequestError extends CloudError {
  override readonly name = 'UnknownRequestError';
}
export class ConflictError extends CloudError {
  override readonly name = 'ConflictError';
}
/** The image's host did not give it. */
export class DownloadFailedError extends CloudError {
  override readonly name = 'DownloadFailedError';
}
export class ImageTooLargeError extends CloudError {
  override readonly name = 'ImageTooLargeError';
}
export class UnsupportedImageError extends CloudError {
  override readonly name = 'UnsupportedImageError';
}
/** There is more to do than there is time for. */
export class OverloadedError extends CloudError {
  override readonly name = 'OverloadedError';
}
/** The deadline, or the caller's own budget, passed without an outcome. */
export class TimeoutError extends CloudError {
  override readonly name = 'TimeoutError';
}
/** Something went wrong in the service. */
export class InternalError extends CloudError {
  override readonly name = 'InternalError';
}
/** The service could not be reached. */
export class ConnectionError extends CloudError {
  override readonly name = 'ConnectionError';
}
/** An image's bytes could not be handed over. */
export class UploadError extends CloudError {
  override readonly name = 'UploadError';
}
/** `close()` was called before the answer came. */
export class ClosedError extends CloudError {
  override readonly name = 'ClosedError';
}

const CLASSES: Readonly<Record<string, typeof CloudError>> = {
  INVALID_MESSAGE: InvalidMessageError,
  INVALID_URL: InvalidUrlError,
  FORBIDDEN_URL: ForbiddenUrlError,
  UNAUTHORIZED: UnauthorizedError,
  UNKNOWN_MODEL: UnknownModelError,
  UNKNOWN_REQUEST: UnknownRequestError,
  CONFLICT: ConflictError,
  DOWNLOAD_FAILED: DownloadFailedError,
  IMAGE_TOO_LARGE: ImageTooLargeError,
  UNSUPPORTED_IMAGE: UnsupportedImageError,
  OVERLOADED: OverloadedError,
  TIMEOUT: TimeoutError,
  INTERNAL: InternalError,
  NO_CONNECTION: ConnectionError,
  UPLOAD_FAILED: UploadError,
  CLOSED: ClosedError,
};

/** An error as the class of its code. */
export const errorOf = (body: ErrorBody, about?: About): CloudError =>
  new (CLASSES[body.code] ?? CloudError)(body, about);

/** One that this side found. */
export const ownError = (code: string, message: string, retryable: boolean, about?: About): CloudError =>
  errorOf({ code, message, retryable }, about);
