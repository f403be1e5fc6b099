import * as z from 'zod';
import { OPEN_TENANT } from '../shared/api-key.ts';
import { keyShownIn } from '../shared/credentials.ts';
import { keyRing } from '../shared/key-ring.ts';
import { log } from '../shared/log.ts';

const headers = z.record(z.string(), z.string().optional()).nullish();
const manyHeaders = z.record(z.string(), z.array(z.string()).optional()).nullish();
/** `$connect` of the WebSocket API, or a route of the HTTP API (payload format 2.0). */
const authorizerEvent = z.union([
  z.object({ version: z.literal('2.0'), routeKey: z.string(), headers }),
  z.object({ methodArn: z.string(), headers, multiValueHeaders: manyHeaders }),
]);

/** Who asks: API Gateway hands it to the functions behind. */
interface Context {
  tenant: string;
  keyId?: string;
}

/** Lets in who shows one of the stage's keys; on a stage that is open, everybody. */
export async function handler(event: unknown) {
  const request = authorizerEvent.parse(event);
  const context = await identify(keyShownIn({ ...request.headers, ...joined(request) }));
  const route = 'routeKey' in request ? request.routeKey : '$connect';
  log.info('authorize', { route, allowed: context !== undefined, ...context });
  return 'routeKey' in request
    ? { isAuthorized: context !== undefined, ...(context && { context }) }
    : policy(request.methodArn, context);
}

async function identify(shown: string | undefined): Promise<Context | undefined> {
  const ring = keyRing();
  if (!ring) return { tenant: OPEN_TENANT };
  const key = shown === undefined ? undefined : await ring.find(shown);
  return key && { tenant: key.name, keyId: key.id };
}

/** A header that came several times: `headers` has the last of its values alone. */
const joined = (request: z.infer<typeof authorizerEvent>): Record<string, string | undefined> =>
  Object.fromEntries(
    Object.entries(('multiValueHeaders' in request && request.multiValueHeaders) || {}).map(
      ([name, values]) => [name, values?.join(', ')],
    ),
  );

/** A WebSocket API takes no simple answer, but a policy of IAM. */
const policy = (methodArn: string, context: Context | undefined) => ({
  principalId: context?.tenant ?? 'nobody',
  policyDocument: {
    Version: '2012-10-17',
    Statement: [{ Action: 'execute-api:Invoke', Effect: context ? 'Allow' : 'Deny', Resource: methodArn }],
  },
  ...(context && { context }),
});
