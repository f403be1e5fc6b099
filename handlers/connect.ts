import * as z from 'zod';
import { readConfig } from '../shared/config.ts';
import { agreedSubprotocol, headerIn, subprotocolsIn } from '../shared/credentials.ts';
import { log } from '../shared/log.ts';
import { once } from '../shared/once.ts';

const config = once(() => readConfig(['ALLOWED_ORIGINS']));
const connectEvent = z.object({
  headers: z.record(z.string(), z.string().optional()).nullish(),
  requestContext: z.object({ connectionId: z.string(), authorizer: z.looseObject({ tenant: z.string() }) }),
});

/** `$connect`: whom the authorizer let in, unless a browser brings a page of an origin that may not. */
export async function handler(event: unknown) {
  const { headers, requestContext } = connectEvent.parse(event);
  const { connectionId, authorizer } = requestContext;
  const origin = headerIn(headers ?? {}, 'origin');
  const allowed = mayConnect(origin, config().ALLOWED_ORIGINS);
  log.info('connect', { connectionId, tenant: authorizer.tenant, origin, allowed });
  if (!allowed) return { statusCode: 403 };
  const subprotocol = agreedSubprotocol(subprotocolsIn(headers ?? {}));
  return { statusCode: 200, ...(subprotocol && { headers: { 'Sec-WebSocket-Protocol': subprotocol } }) };
}

/** CORS does not guard WebSockets: a browser tells the origin, and it is for us to refuse it. Programs tell none. */
const mayConnect = (origin: string | undefined, allowed: readonly string[]): boolean =>
  origin === undefined || allowed.includes('*') || allowed.includes(origin);
