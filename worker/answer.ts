import { type ErrorBody, ServiceError } from '../shared/errors.ts';
import { type JobMessage, MESSAGE_VERSION, type ResponseMessage } from '../shared/jobs.ts';
import type { ErrorMessage } from '../shared/protocol.ts';
import type { StoredOutcome } from '../shared/results.ts';

/** The `error` that ends a job. */
export function errorFor({ requestId, clientRef, imageUrl }: JobMessage, error: ErrorBody): ErrorMessage {
  return { type: 'error', requestId, ...(clientRef !== undefined && { clientRef }), imageUrl, error };
}

/**
 * The response to a job, of the outcome that is stored under its id: the first one stored, whoever stored it, with
 * this job's own reference. Where that outcome is another request's, the response is `CONFLICT`, which is not stored.
 */
export function responseTo(job: JobMessage, stored: StoredOutcome): ResponseMessage {
  const { requestId, tenant, connectionId, keyId, clientRef, imageUrl } = job;
  // A TIMEOUT that was stored by somebody who knew only the id has neither.
  const same = (stored.tenant ?? tenant) === tenant && (stored.digest ?? job.digest) === job.digest;
  const outcome = same
    ? { ...stored.outcome, clientRef, imageUrl }
    : errorFor(job, new ServiceError('CONFLICT').toBody());
  return {
    v: MESSAGE_VERSION,
    requestId,
    tenant,
    ...(connectionId !== undefined && { connectionId }),
    ...(keyId !== undefined && { keyId }),
    awaited: stored.awaited ?? false,
    outcome,
  };
}
