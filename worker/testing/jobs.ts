import { v7 } from 'uuid';
import { digestOf, type JobMessage, MESSAGE_VERSION } from '../../shared/jobs.ts';

const TENANT = 'tenant';

/** A job that was accepted at `acceptedAt`, in ms since the epoch. */
export function jobFor(
  imageUrl: string,
  { acceptedAt = Date.now(), ...fields }: Partial<JobMessage> & { acceptedAt?: number } = {},
): JobMessage {
  const ask = { imageUrl, model: 'inception-v3', topK: 5, minConfidence: 0 };
  const tenant = fields.tenant ?? TENANT;
  const requestId = v7({ msecs: acceptedAt });
  return { v: MESSAGE_VERSION, requestId, ...ask, tenant, digest: digestOf(ask, tenant), ...fields };
}
