import type { Dispatcher } from 'undici';
import { one } from '../read-image.ts';

type Headers = Dispatcher.ResponseData['headers'];

/** What a host sent along with an image, by which it can tell later whether the image is still the same (RFC 9110 §8.8). */
export interface Validator {
  /** Where the image lay, after all redirects: nothing else is asked by it. */
  readonly url: string;
  readonly header: 'if-none-match' | 'if-modified-since';
  readonly value: string;
}

/** A weak one does: what its host holds to be equivalent shows the same. Not what no host could send, or would be sent back otherwise. */
const ETAG = /^(?:W\/)?"[\x21\x23-\x7e]{0,256}"$/;
const HTTP_DATE = /^\w{3}, \d\d \w{3} \d{4} \d\d:\d\d:\d\d GMT$/;
/** By the second alone a host does not tell two changes within it apart; nor do clocks agree to the second. */
const SETTLED_MS = 60_000;

/**
 * The validator in the headers of an image's response; `undefined` where it has none that could be relied on, or nothing
 * of it is to be kept.
 * @param url where it lay
 */
export function validatorIn(url: string, headers: Headers): Validator | undefined {
  if (isNotToBeKept(headers)) return undefined;
  const etag = one(headers.etag) ?? '';
  if (ETAG.test(etag)) return { url, header: 'if-none-match', value: etag };
  const modified = one(headers['last-modified']) ?? '';
  const settledMs = Date.parse(one(headers.date) ?? '') - Date.parse(modified);
  if (HTTP_DATE.test(modified) && settledMs >= SETTLED_MS)
    return { url, header: 'if-modified-since', value: modified };
  return undefined;
}

/** Whether a host wants nothing of a response kept, or says that it depends on more than the request tells. */
export function isNotToBeKept(headers: Headers): boolean {
  const has = (header: string | string[] | undefined, token: string) =>
    [header ?? []].flat().some((value) =>
      value
        .toLowerCase()
        .split(',')
        .some((part) => part.trim() === token),
    );
  return has(headers['cache-control'], 'no-store') || has(headers.vary, '*');
}
