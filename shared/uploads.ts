import { v7 } from 'uuid';
import { ServiceError } from './errors.ts';
import { acceptedAt } from './request-id.ts';

/** How long an upload is kept, in ms; the bucket's lifecycle deletes it some time after. */
const UPLOADS_KEPT_MS = 24 * 3_600_000;
const PREFIX = 'upload:';

/**
 * A new upload's name, as an `imageUrl`: of a UUIDv7 that carries the time, and 73 random bits that nobody guesses.
 * Called without options, `v7` would count up within a millisecond: the next id would follow from the last.
 */
export const newUpload = (): string => PREFIX + v7({});

/** Whether an `imageUrl` is meant to name an upload, and not what lies on a host. */
export const isUpload = (imageUrl: string): boolean => imageUrl.startsWith(PREFIX);

/**
 * The key of a tenant's upload in the bucket. The tenant is a part of it: what another tenant has put is not there.
 * @param imageUrl `upload:ID`, as {@link newUpload} makes it
 * @throws ServiceError `INVALID_URL` where the id is none
 */
export const uploadKey = (tenant: string, imageUrl: string): string =>
  `uploads/${tenant}/${idAndTime(imageUrl).id}`;

/**
 * Whether an upload is kept no more, whether or not the bucket still has it.
 * @throws ServiceError `INVALID_URL` where the id is none
 */
export const isPast = (imageUrl: string, now: number): boolean =>
  now - idAndTime(imageUrl).madeAt >= UPLOADS_KEPT_MS;

function idAndTime(imageUrl: string): { id: string; madeAt: number } {
  const id = imageUrl.slice(PREFIX.length);
  const madeAt = isUpload(imageUrl) ? acceptedAt(id) : undefined;
  if (madeAt === undefined)
    throw new ServiceError('INVALID_URL', 'An upload is named upload:ID, as POST /uploads gives it.');
  return { id, madeAt };
}
