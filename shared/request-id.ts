import { createHash } from 'node:crypto';
import { v7 } from 'uuid';

/** How far the time in a client's own id may lie from ours, in ms. */
export const ID_WINDOW_MS = { past: 60_000, future: 5_000 } as const;
/** How long results are kept, in ms; the bucket's lifecycle deletes them some time after. */
export const RESULTS_KEPT_MS = 24 * 3_600_000;

const UUID_V7 = /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

/** In the last ten digits of an id that was made here: this, two of its tenant, three of the request it was made for. */
const MADE_HERE = 'c1a55';

/**
 * A new id, a UUID version 7 (RFC 9562 §5.7); it carries the time of acceptance. It also tells that it was made here, for
 * which tenant and for which request, by marks that one of 256 others has, and one of 4,096: so nobody needs to remember
 * it until its outcome is stored, and then that one tells for certain.
 * @param digest of the request, as `digestOf` gives it
 */
export const newRequestId = (tenant: string, digest: string): string =>
  v7().slice(0, 26) + MADE_HERE + tenantMark(tenant) + digestMark(digest);

/** Whether an id was made here for another request. One that a client made is not, but for one in a million. */
export const wasMadeForAnother = (requestId: string, tenant: string, digest: string): boolean =>
  isMadeHere(requestId) && requestId.slice(31) !== tenantMark(tenant) + digestMark(digest);

/** Whether an id was made here for another tenant. */
export const isAnothers = (requestId: string, tenant: string): boolean =>
  isMadeHere(requestId) && requestId.slice(31, 33) !== tenantMark(tenant);

/** Whether an id was made here, and not by a client. */
export const isMadeHere = (requestId: string): boolean => requestId.slice(26, 31) === MADE_HERE;
const tenantMark = (tenant: string): string => createHash('sha256').update(tenant).digest('hex').slice(0, 2);
const digestMark = (digest: string): string => Buffer.from(digest, 'base64url').toString('hex').slice(0, 3);

/** The time of acceptance that an id carries, in ms since the epoch; `undefined` where it is not a UUIDv7 in lower case. */
export function acceptedAt(requestId: string): number | undefined {
  if (!UUID_V7.test(requestId)) return undefined;
  return Number.parseInt(requestId.slice(0, 8) + requestId.slice(9, 13), 16);
}

/** Whether a client may bring this id now: a UUIDv7 whose time lies between now − 60 s and now + 5 s. */
export function mayBeBrought(requestId: string, now: number): boolean {
  const at = acceptedAt(requestId);
  return at !== undefined && at >= now - ID_WINDOW_MS.past && at <= now + ID_WINDOW_MS.future;
}

/** Whether an outcome for this id can exist: well-formed, not from the future, and not older than results are kept. */
export function mayBeKnown(requestId: string, now: number): boolean {
  const at = acceptedAt(requestId);
  return at !== undefined && at > now - RESULTS_KEPT_MS && at <= now + ID_WINDOW_MS.future;
}

/**
 * The absolute deadline of a request, in ms since the epoch. It follows from the id alone.
 * @throws RangeError when the id is not a UUIDv7
 */
export function deadlineOf(requestId: string, timeoutSeconds: number): number {
  const at = acceptedAt(requestId);
  if (at === undefined) throw new RangeError(`not a UUIDv7: ${requestId}`);
  return at + timeoutSeconds * 1000;
}
