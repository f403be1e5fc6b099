/**
 * The one table of error codes, for both contracts.
 * `message` is what a client reads when the thrower gives no better one.
 */
export const ERRORS = {
  INVALID_MESSAGE: { status: 400, retryable: false, message: 'The message is not valid.' },
  INVALID_URL: {
    status: 400,
    retryable: false,
    message: 'imageUrl must be an absolute http(s) URL, or upload:ID.',
  },
  FORBIDDEN_URL: {
    status: 403,
    retryable: false,
    message: 'The URL leads to an address that is not allowed.',
  },
  UNAUTHORIZED: { status: 401, retryable: false, message: 'A valid API key is needed.' },
  UNKNOWN_MODEL: { status: 404, retryable: false, message: 'There is no such model.' },
  UNKNOWN_REQUEST: { status: 404, retryable: false, message: 'There is no such request.' },
  CONFLICT: { status: 409, retryable: false, message: 'This requestId was used for another request.' },
  DOWNLOAD_FAILED: { status: 502, retryable: true, message: 'The image could not be downloaded.' },
  IMAGE_TOO_LARGE: { status: 413, retryable: false, message: 'The image is over 20 MB or 50 megapixels.' },
  UNSUPPORTED_IMAGE: {
    status: 415,
    retryable: false,
    message: 'The file is not a decodable JPEG, PNG, WebP, GIF, AVIF or TIFF image.',
  },
  OVERLOADED: { status: 503, retryable: true, message: 'Too much work is waiting to be done in time.' },
  TIMEOUT: { status: 504, retryable: true, message: 'The deadline passed before the image was classified.' },
  INTERNAL: { status: 500, retryable: true, message: 'Something went wrong on our side. Please try again.' },
} as const satisfies Record<string, { status: number; retryable: boolean; message: string }>;

export type ErrorCode = keyof typeof ERRORS;
export const ERROR_CODES = Object.keys(ERRORS) as [ErrorCode, ...ErrorCode[]];

/** What a client is told of an error, in both contracts. `retryAfterMs` in milliseconds. */
export interface ErrorBody {
  code: ErrorCode;
  message: string;
  retryable: boolean;
  retryAfterMs?: number | undefined;
}

interface ServiceErrorOptions {
  /** Overrides the table's default, where the cause decides. */
  retryable?: boolean;
  /** Milliseconds after which trying again makes sense. */
  retryAfterMs?: number;
  /** For the log only; never shown to a client. */
  cause?: unknown;
}

/** An error that a client may see. Its message is shown; its cause is only logged. */
export class ServiceError extends Error {
  override readonly name = 'ServiceError';
  readonly code: ErrorCode;
  readonly retryable: boolean;
  readonly retryAfterMs: number | undefined;

  constructor(code: ErrorCode, message: string = ERRORS[code].message, options: ServiceErrorOptions = {}) {
    super(message, { cause: options.cause });
    this.code = code;
    this.retryable = options.retryable ?? ERRORS[code].retryable;
    this.retryAfterMs = options.retryAfterMs;
  }

  toBody(): ErrorBody {
    const { code, message, retryable, retryAfterMs } = this;
    return { code, message, retryable, ...(retryAfterMs !== undefined && { retryAfterMs }) };
  }
}

/** Any thrown value as one a client may see: what is not a {@link ServiceError} is `INTERNAL`, its cause kept inside. */
export function toServiceError(error: unknown): ServiceError {
  return error instanceof ServiceError
    ? error
    : new ServiceError('INTERNAL', ERRORS.INTERNAL.message, { cause: error });
}
