import { STATUS_CODES } from 'node:http';
import * as z from 'zod';
import { countAnswers } from './count-answers.ts';
import { ERRORS, type ErrorBody, ServiceError, toServiceError } from './errors.ts';
import { log } from './log.ts';
import type { OutcomeMessage, ProblemBody } from './protocol.ts';

export interface HttpAnswer {
  statusCode: number;
  headers: Record<string, string>;
  body: string;
  isBase64Encoded?: boolean;
}

const httpEvent = z
  .object({
    routeKey: z.string(),
    headers: z.record(z.string(), z.string().optional()).nullish(),
    queryStringParameters: z.record(z.string(), z.string()).nullish(),
    pathParameters: z.record(z.string(), z.string()).nullish(),
    // Always a text, but that serverless-offline hands on a JSON `false` or `0` as such.
    body: z.union([z.string(), z.literal([false, 0])]).nullish(),
    isBase64Encoded: z.boolean().optional(),
    requestContext: z.object({
      http: z.object({ method: z.string() }),
      authorizer: z.object({ lambda: z.object({ tenant: z.string().optional() }).optional() }).nullish(),
    }),
  })
  .transform((event) => ({
    route: event.routeKey,
    method: event.requestContext.http.method,
    tenant: event.requestContext.authorizer?.lambda?.tenant,
    headers: event.headers ?? {},
    query: event.queryStringParameters ?? {},
    path: event.pathParameters ?? {},
    body: Buffer.from(String(event.body ?? ''), event.isBase64Encoded ? 'base64' : 'utf8').toString(),
  }));
export type HttpRequest = z.infer<typeof httpEvent>;
/** A call that the authorizer let in. */
export type TenantRequest = HttpRequest & { tenant: string };

/** A handler of the HTTP API for those whom the authorizer let in; without its word, nobody is. */
export const httpHandler = (handle: (request: TenantRequest) => Promise<HttpAnswer>) =>
  openHttpHandler(async ({ tenant, ...request }) => {
    if (tenant === undefined) throw new ServiceError('UNAUTHORIZED');
    return handle({ ...request, tenant });
  });

/** A handler of the HTTP API (payload format 2.0) for everybody: what it throws becomes a problem of RFC 9457. */
export const openHttpHandler =
  (handle: (request: HttpRequest) => Promise<HttpAnswer>) =>
  async (event: unknown): Promise<HttpAnswer> => {
    let request: HttpRequest | undefined;
    try {
      request = httpEvent.parse(event);
      return await handle(request);
    } catch (cause) {
      const error = toServiceError(cause);
      tell(error, request);
      return problem(error.toBody());
    }
  };

/** The calls that bring a request; what is refused of others is no request's end. */
const BRINGS_REQUEST: readonly (string | undefined)[] = ['GET /classify', 'POST /requests'];

/** The log's word on a call that was refused, or failed. */
function tell(error: ServiceError, request: HttpRequest | undefined): void {
  const call = { method: request?.method, tenant: request?.tenant, requestId: request?.path.id };
  const isOurs = error.code === 'INTERNAL';
  if (isOurs) log.error('http call failed', { ...call, error });
  // A failure of ours counts wherever it is told: the alarm is to ring.
  const counts = isOurs || BRINGS_REQUEST.includes(request?.route);
  const metrics = counts ? countAnswers([{ type: 'error', error: error.toBody() }]) : {};
  log.counted('http call refused', { ...call, code: error.code }, metrics);
}

/** A number of a query string; what is none is left for the schema to refuse. */
export const numberIn = (text: string | undefined): unknown =>
  text === undefined || text.trim() === '' ? text : Number(text);

export const json = (
  statusCode: number,
  value: unknown,
  headers: Record<string, string> = {},
): HttpAnswer => ({
  statusCode,
  headers: { 'content-type': 'application/json', 'cache-control': 'no-store', ...headers },
  body: JSON.stringify(value),
});

/** `Retry-After` in whole seconds, at least 1. */
export const retryAfter = (ms: number) => ({ 'retry-after': String(Math.max(1, Math.ceil(ms / 1000))) });

/** An error as `application/problem+json` (RFC 9457). */
export function problem(
  error: ErrorBody,
  identity: {
    requestId?: string | undefined;
    clientRef?: string | undefined;
    imageUrl?: string | undefined;
  } = {},
): HttpAnswer {
  const { code, message, retryable, retryAfterMs } = error;
  const { status } = ERRORS[code];
  const body: ProblemBody = {
    type: 'about:blank',
    title: STATUS_CODES[status] ?? '',
    status,
    detail: message,
    code,
    retryable,
    retryAfterMs,
    ...identity,
  };
  return json(status, body, {
    'content-type': 'application/problem+json',
    ...(retryAfterMs !== undefined && retryAfter(retryAfterMs)),
  });
}

/** How a request ended: 200 with the result, or the error with its status. */
export const outcomeAnswer = (outcome: OutcomeMessage, headers: Record<string, string> = {}): HttpAnswer =>
  outcome.type === 'result'
    ? json(200, outcome, headers)
    : problem(outcome.error, {
        requestId: outcome.requestId,
        clientRef: outcome.clientRef,
        imageUrl: outcome.imageUrl,
      });
