import { optionsIn } from './answers.ts';
import { ServiceError } from './errors.ts';
import { type Ask, digestOf, type JobMessage, MESSAGE_VERSION } from './jobs.ts';
import type { ClassifyFields } from './protocol.ts';
import { ID_WINDOW_MS, mayBeBrought, newRequestId } from './request-id.ts';
import { modelAskedFor } from './served-catalogue.ts';
import { isUpload, uploadKey } from './uploads.ts';
import { checkUrl, type UrlRules } from './url-guard.ts';

/** Who asks, and where the outcome is to be pushed. */
export interface Caller {
  tenant: string;
  connectionId?: string | undefined;
  /** The key that opened the connection. */
  keyId?: string | undefined;
}

/**
 * The job that classifies one image.
 * @throws ServiceError saying what is wrong with the request
 */
export async function jobFor(
  imageUrl: unknown,
  fields: ClassifyFields,
  { tenant, connectionId, keyId }: Caller,
  { bucket, urlRules }: { bucket: string; urlRules: UrlRules },
): Promise<JobMessage> {
  if (typeof imageUrl !== 'string') throw new ServiceError('INVALID_URL');
  if (isUpload(imageUrl)) uploadKey(tenant, imageUrl);
  else checkUrl(imageUrl, urlRules);

  const { topK, minConfidence, clientRef } = fields;
  const model = await modelAskedFor(bucket, fields);
  const ask = { imageUrl, model, topK, minConfidence, ...optionsIn(fields) } satisfies Ask;
  const digest = digestOf(ask, tenant);
  const requestId = fields.requestId ?? newRequestId(tenant, digest);
  if (fields.requestId !== undefined) checkBrought(requestId);
  return {
    v: MESSAGE_VERSION,
    requestId,
    ...ask,
    ...(clientRef !== undefined && { clientRef }),
    ...(connectionId !== undefined && { connectionId, keyId }),
    tenant,
    digest,
  };
}

function checkBrought(requestId: string): void {
  if (mayBeBrought(requestId, Date.now())) return;
  const { past, future } = ID_WINDOW_MS;
  throw new ServiceError(
    'INVALID_MESSAGE',
    `requestId: must be a UUIDv7 in lower case, made between ${past / 1000} s ago and ${future / 1000} s from now`,
  );
}
