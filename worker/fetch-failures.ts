import { ServiceError } from '../shared/errors.ts';

const failed = (message: string, retryable: boolean, cause?: unknown) =>
  new ServiceError('DOWNLOAD_FAILED', message, { retryable, cause });

// Of the statuses from 400 to 499 these say "not now" rather than "not so" (RFC 9110 §15.5.9, RFC 8470, RFC 6585).
const PASSING = new Set([408, 425, 429]);

/** The failure that a host's answer means; `undefined` where its body is the image. Redirects do not come here. */
export function statusFailure(status: number): ServiceError | undefined {
  if (status >= 200 && status < 300) return undefined;
  return failed(`The image's host answered with status ${status}.`, status >= 500 || PASSING.has(status));
}

export const tooManyRedirects = (limit: number) =>
  failed(`The URL redirects more than ${limit} times.`, false);
export const tooSlow = (limitMs: number) =>
  failed(`The image did not arrive within ${limitMs / 1000} s.`, true);
export const encoded = (encoding: string) =>
  failed(`The image's host sent it encoded (${encoding}), though asked not to.`, false);

const MESSAGES: Readonly<Record<string, string>> = {
  ENOTFOUND: "The name of the image's host does not exist.",
  ENODATA: "The name of the image's host does not exist.",
  EBADNAME: "The name of the image's host does not exist.",
  EAI_AGAIN: "The name of the image's host could not be looked up.",
  ETIMEOUT: "The name of the image's host could not be looked up.",
  ESERVFAIL: "The name of the image's host could not be looked up.",
  EREFUSED: "The name of the image's host could not be looked up.",
  ECONNREFUSED: "The image's host refused the connection.",
  ECONNRESET: "The image's host broke off the connection.",
  EPIPE: "The image's host broke off the connection.",
  UND_ERR_SOCKET: "The image's host broke off the connection.",
  UND_ERR_RES_CONTENT_LENGTH_MISMATCH: "The image's host broke off the connection.",
  ETIMEDOUT: "The image's host could not be reached.",
  EHOSTUNREACH: "The image's host could not be reached.",
  ENETUNREACH: "The image's host could not be reached.",
  UND_ERR_CONNECT_TIMEOUT: "The image's host could not be reached.",
};

/** What a client is told of a failure to look up, connect, negotiate or read: its kind, without addresses. */
export function transportFailure(error: unknown): ServiceError {
  const forbidden = serviceErrorIn(error);
  if (forbidden) return forbidden;
  const code = error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : '';
  const tls = /CERT|VERIFY|TLS|SSL|EPROTO/.test(code)
    ? "No secure connection to the image's host could be made."
    : undefined;
  const http = /^HPE_|^UND_ERR_HEADERS_OVERFLOW$/.test(code)
    ? "The image's host does not speak proper HTTP."
    : undefined;
  return failed(MESSAGES[code] ?? tls ?? http ?? 'The image could not be downloaded.', true, error);
}

/** An error of ours from inside the connection, such as a look-up that found a private address. */
function serviceErrorIn(error: unknown): ServiceError | undefined {
  if (error instanceof ServiceError) return error;
  return error instanceof Error ? serviceErrorIn(error.cause) : undefined;
}
