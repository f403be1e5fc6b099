import { S3Error } from './errors.ts';

const MAX_EXPIRES_SECONDS = 604_800;
const DATE = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/;

/**
 * Holds a presigned URL to its time. Its signature is not verified: nobody here has a secret.
 * @throws S3Error `AccessDenied` once it has expired, `AuthorizationQueryParametersError` when it is malformed
 */
export function checkPresignedTime(query: URLSearchParams): void {
  if (!query.has('X-Amz-Algorithm')) return;
  const expires = Number(query.get('X-Amz-Expires') ?? Number.NaN);
  const signedAt = Date.parse((query.get('X-Amz-Date') ?? '').replace(DATE, '$1-$2-$3T$4:$5:$6Z'));
  if (!(expires >= 1 && expires <= MAX_EXPIRES_SECONDS) || Number.isNaN(signedAt)) {
    throw new S3Error('AuthorizationQueryParametersError');
  }
  if (Date.now() > signedAt + expires * 1000) throw new S3Error('AccessDenied', 'Request has expired');
}
