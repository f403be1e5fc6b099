import { createHash, createHmac } from 'node:crypto';
import { S3Error } from './errors.ts';
import { headerOf, type S3Request } from './request.ts';

const MAX_EXPIRES_SECONDS = 604_800;
const ALGORITHM = 'AWS4-HMAC-SHA256';
const DATE = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/;
const SCOPE = /^\d{8}\/[^/]+\/s3\/aws4_request$/;

/**
 * Holds who shows a presigned URL to what was signed: its time, method and object, and the headers that it names, such
 * as a length. The secret of each access key is the key itself: anybody may be anybody here, but not change what another
 * has signed.
 * @see https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-query-string-auth.html
 * @throws S3Error `AccessDenied` once it has expired, or where a header that had to be signed is not;
 * `SignatureDoesNotMatch`; `AuthorizationQueryParametersError` when it is malformed
 */
export function checkPresigned(request: S3Request): void {
  const { query } = request;
  if (!query.has('X-Amz-Algorithm')) return;
  const { accessKeyId, scope, date, expires, signedAt } = parametersOf(query);
  if (Date.now() > signedAt + expires * 1000) throw new S3Error('AccessDenied', 'Request has expired');
  const signed = (query.get('X-Amz-SignedHeaders') ?? '').split(';');
  const unsigned = Object.keys(request.headers).find(
    (name) => name.startsWith('x-amz-') && !signed.includes(name),
  );
  if (unsigned !== undefined || !signed.includes('host'))
    throw new S3Error('AccessDenied', `A header was not signed: ${unsigned ?? 'host'}`);
  const text = [ALGORITHM, date, scope, sha256(canonical(request, signed))].join('\n');
  const signature = hmac(signingKey(accessKeyId, scope), text).toString('hex');
  if (query.get('X-Amz-Signature') !== signature) throw new S3Error('SignatureDoesNotMatch');
}

function parametersOf(query: URLSearchParams) {
  const [accessKeyId = '', ...rest] = (query.get('X-Amz-Credential') ?? '').split('/');
  const scope = rest.join('/');
  const date = query.get('X-Amz-Date') ?? '';
  const expires = Number(query.get('X-Amz-Expires') ?? Number.NaN);
  const signedAt = Date.parse(date.replace(DATE, '$1-$2-$3T$4:$5:$6Z'));
  const isWhole =
    query.get('X-Amz-Algorithm') === ALGORITHM &&
    SCOPE.test(scope) &&
    date.startsWith(scope.slice(0, 8)) &&
    expires >= 1 &&
    expires <= MAX_EXPIRES_SECONDS &&
    !Number.isNaN(signedAt);
  if (!isWhole) throw new S3Error('AuthorizationQueryParametersError');
  return { accessKeyId, scope, date, expires, signedAt };
}

/** The canonical request: method, path, query, the signed headers, and no hash of the body. */
function canonical(request: S3Request, signed: readonly string[]): string {
  const query = [...request.query]
    .filter(([name]) => name !== 'X-Amz-Signature')
    .map(([name, value]) => `${encode(name)}=${encode(value)}`)
    .sort()
    .join('&');
  const headers = signed.map((name) => `${name}:${headerOf(request, name)?.trim() ?? ''}\n`).join('');
  return [request.method, request.path, query, headers, signed.join(';'), 'UNSIGNED-PAYLOAD'].join('\n');
}

const encode = (text: string): string =>
  encodeURIComponent(text).replace(/[!'()*]/g, (one) => `%${one.charCodeAt(0).toString(16).toUpperCase()}`);

const signingKey = (secret: string, scope: string): Buffer =>
  scope.split('/').reduce<Buffer>((key, part) => hmac(key, part), Buffer.from(`AWS4${secret}`));

const hmac = (key: Buffer, text: string): Buffer => createHmac('sha256', key).update(text).digest();
const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');
