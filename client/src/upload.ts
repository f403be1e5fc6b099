import { backoffMs } from './backoff.ts';
import { type CloudError, ownError } from './errors.ts';
import { CallFailed, type Http } from './http.ts';
import { isObject } from './messages.ts';

const PUT_MS = 120_000;

/**
 * Hands an image's bytes over, and tries again where the network or the service fails.
 * @param until `performance.now()` at which to give up
 * @param refuse makes the error of the service's own word
 * @returns the `imageUrl` to classify it by, for a day
 * @throws CloudError, or the signal's reason
 */
export async function upload(
  image: Blob | (() => Blob | Promise<Blob>),
  http: Http,
  { until, signal }: { until: number; signal: AbortSignal },
  refuse: (body: unknown) => CloudError | undefined,
): Promise<string> {
  const bytes = typeof image === 'function' ? await read(image) : image;
  if (bytes.size === 0) throw ownError('UNSUPPORTED_IMAGE', 'The file is empty.', false);
  for (let tries = 0; ; tries++) {
    try {
      return await tryUpload(bytes, http, signal, refuse);
    } catch (error) {
      signal.throwIfAborted();
      if (!(error instanceof CallFailed)) throw error;
      const waitMs = Math.max(error.retryAfterMs ?? 0, backoffMs(tries));
      if (performance.now() + waitMs >= until)
        throw ownError('UPLOAD_FAILED', `The image could not be uploaded. ${error.message}`, true, {
          cause: error,
        });
      await pause(waitMs, signal);
    }
  }
}

async function read(image: () => Blob | Promise<Blob>): Promise<Blob> {
  try {
    return await image();
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw ownError('UPLOAD_FAILED', `The image could not be read: ${why}`, false, { cause });
  }
}

async function tryUpload(
  image: Blob,
  http: Http,
  signal: AbortSignal,
  refuse: (body: unknown) => CloudError | undefined,
): Promise<string> {
  const { body } = await http.post('uploads', { bytes: image.size }, signal);
  const refusal = refuse(body);
  if (refusal?.retryable) throw new CallFailed(refusal.message, refusal.retryAfterMs);
  if (refusal) throw refusal;
  const place = placeIn(body);
  let response: Response;
  try {
    const timely = AbortSignal.any([signal, AbortSignal.timeout(PUT_MS)]);
    response = await fetch(place.url, { method: 'PUT', body: image, headers: place.headers, signal: timely });
  } catch (error) {
    throw new CallFailed('The connection to the store broke.', undefined, error);
  }
  if (response.ok) return place.imageUrl;
  const text = `The store answered ${response.status}.`;
  if (response.status >= 500 || response.status === 429 || response.status === 403)
    throw new CallFailed(text);
  throw ownError('UPLOAD_FAILED', text, false);
}

function placeIn(body: unknown): { imageUrl: string; url: string; headers: Record<string, string> } {
  if (isObject(body) && typeof body.imageUrl === 'string' && typeof body.uploadUrl === 'string') {
    const headers = isObject(body.headers) ? Object.entries(body.headers) : [];
    return {
      imageUrl: body.imageUrl,
      url: body.uploadUrl,
      headers: Object.fromEntries(headers.map(([name, value]) => [name, String(value)])),
    };
  }
  throw ownError(
    'UPLOAD_FAILED',
    'The service takes no uploads: give the address of its HTTP interface.',
    false,
  );
}

const pause = (ms: number, signal: AbortSignal) =>
  new Promise<void>((resolve, reject) => {
    const timer = setTimeout(resolve, ms);
    signal.addEventListener(
      'abort',
      () => {
        clearTimeout(timer);
        reject(signal.reason);
      },
      { once: true },
    );
  });
