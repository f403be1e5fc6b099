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
    this.name = nameOf(code);
    this.code = code;
    this.retryable = retryable;
    this.retryAfterMs = retryAfterMs;
    this.requestId = about.requestId;
    this.imageUrl = about.imageUrl;
  }
}

/** A field is of the wrong kind; the message names it. */
export class InvalidMessageError extends CloudError {}
/** Not an absolute http(s) URL. */
export class InvalidUrlError extends CloudError {}
/** The URL leads to an address that is not public, or to a port that is not allowed. */
export class ForbiddenUrlError extends CloudError {}
/** No key, a wrong one, or one that was revoked. */
export class UnauthorizedError extends CloudError {}
export class UnknownModelError extends CloudError {}
/** The id is malformed, older than results are kept, or another tenant's. */
export class UnknownRequestError extends CloudError {}
export class ConflictError extends CloudError {}
/** The image's host did not give it. */
export class DownloadFailedError extends CloudError {}
export class ImageTooLargeError extends CloudError {}
export class UnsupportedImageError extends CloudError {}
/** There is more to do than there is time for. */
export class OverloadedError extends CloudError {}
/** The deadline, or the caller's own budget, passed without an outcome. */
export class TimeoutError extends CloudError {}
/** Something went wrong in the service. */
export class InternalError extends CloudError {}
/** The service could not be reached. */
export class NoConnectionError extends CloudError {}
/** An image's bytes could not be handed over. */
export class UploadFailedError extends CloudError {}
/** `close()` was called before the answer came. */
export class ClosedError extends CloudError {}

/** `INVALID_URL` is an `InvalidUrlError`. */
const nameOf = (code: string): string =>
  `${code.toLowerCase().replace(/(?:^|_)(.)/g, (_, first: string) => first.toUpperCase())}Error`;

const CLASSES: Readonly<Record<string, typeof CloudError>> = {
  InvalidMessageError,
  InvalidUrlError,
  ForbiddenUrlError,
  UnauthorizedError,
  UnknownModelError,
  UnknownRequestError,
  ConflictError,
  DownloadFailedError,
  ImageTooLargeError,
  UnsupportedImageError,
  OverloadedError,
  TimeoutError,
  InternalError,
  NoConnectionError,
  UploadFailedError,
  ClosedError,
};

/** An error as the class of its code. */
export const errorOf = (body: ErrorBody, about?: About): CloudError =>
  new (CLASSES[nameOf(body.code)] ?? CloudError)(body, about);

/** Where a key is none. */
export const REFUSAL: ErrorBody = {
  code: 'UNAUTHORIZED',
  message: 'The API key is missing, wrong or revoked. Ask whoever runs the service for one.',
  retryable: false,
};

/** One that this side found. */
export const ownError = (code: string, message: string, retryable: boolean, about?: About): CloudError =>
  errorOf({ code, message, retryable }, about);
