import { anyOf } from './any-of.ts';
import { backoffMs } from './backoff.ts';
import { CloudError, errorOf, ownError } from './errors.ts';
import { CallFailed } from './http.ts';
import { isObject, readMessage } from './messages.ts';
import type { Platform } from './socket.ts';

const PUT_MS = 120_000;

/** The bytes of an image, or what gives them when their turn has come. */
export type Bytes = Blob | (() => Blob | Promise<Blob>);

/** How the bytes get where they go. */
export interface Store extends Pick<Platform, 'fetch'> {
  place: ReturnType<Platform['placeBy']>;
}

/**
 * Hands an image's bytes over, and tries again where the network or the service fails.
 * @param until `performance.now()` at which to give up
 * @returns the `imageUrl` to classify it by, for a day
 * @throws CloudError, or the signal's reason
 */
export async function upload(
  image: Bytes,
  store: Store,
  until: number,
  signal: AbortSignal,
): Promise<string> {
  const bytes = typeof image === 'function' ? await read(image) : image;
  if (bytes.size === 0) throw ownError('UNSUPPORTED_IMAGE', 'The file is empty.', false);
  for (let tries = 0; ; tries++) {
    try {
      return await tryUpload(bytes, store, signal);
    } catch (cause) {
      signal.throwIfAborted();
      if (cause instanceof CloudError && !cause.retryable) throw cause;
      const asked = cause instanceof CloudError || cause instanceof CallFailed ? cause.retryAfterMs : 0;
      const waitMs = Math.max(asked ?? 0, backoffMs(tries));
      if (performance.now() + waitMs >= until) throw uploadFailed(cause, true);
      await new Promise((resolve) => setTimeout(resolve, waitMs));
    }
  }
}

async function read(image: () => Blob | Promise<Blob>): Promise<Blob> {
  try {
    return await image();
  } catch (cause) {
    throw uploadFailed(cause, false);
  }
}

async function tryUpload(body: Blob, store: Store, signal: AbortSignal): Promise<string> {
  const answer = await store.place(body.size, signal);
  const refusal = readMessage(answer);
  if (refusal?.type === 'error') throw errorOf(refusal.error);
  if (!isPlace(answer)) throw uploadFailed('The service takes no uploads.', false);
  const { imageUrl, uploadUrl, headers } = answer;
  const timely = anyOf(signal, AbortSignal.timeout(PUT_MS));
  const { status } = await store.fetch(uploadUrl, { method: 'PUT', body, headers, signal: timely });
  if (status === 200) return imageUrl;
  // Another try has another URL, which may help where this one was too old.
  throw new CallFailed(`The store answered ${status}.`);
}

interface Place {
  imageUrl: string;
  uploadUrl: string;
  headers: Record<string, string>;
}
const isPlace = (value: unknown): value is Place =>
  isObject(value) &&
  typeof value.imageUrl === 'string' &&
  typeof value.uploadUrl === 'string' &&
  isObject(value.headers);

export const uploadFailed = (cause: unknown, retryable: boolean): CloudError => {
  const why = cause instanceof Error ? cause.message : cause;
  return ownError('UPLOAD_FAILED', `The image could not be uploaded. ${why}`, retryable, { cause });
};
