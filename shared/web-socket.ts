import { setTimeout as sleep } from 'node:timers/promises';
import { DeleteConnectionCommand, PostToConnectionCommand } from '@aws-sdk/client-apigatewaymanagementapi';
import * as z from 'zod';
import { webSocketApi } from './aws.ts';
import { httpStatusOf, isGone } from './aws-errors.ts';
import { readConfig } from './config.ts';
import { traceOf } from './count-answers.ts';
import { ServiceError } from './errors.ts';
import { mayGoOn } from './key-ring.ts';
import { log } from './log.ts';
import { once } from './once.ts';
import { identityIn } from './parse-message.ts';
import type { ServerMessage } from './protocol.ts';
import { within } from './within.ts';

const config = once(() => readConfig(['WEBSOCKET_ENDPOINT']));

const webSocketEvent = z
  .object({
    requestContext: z.object({
      connectionId: z.string(),
      // What the authorizer of `$connect` said; API Gateway adds it to every message of the connection.
      authorizer: z.object({ tenant: z.string(), keyId: z.string().optional() }),
    }),
    // A binary frame reaches the local stage as a Buffer, AWS as base64: neither is JSON, and both are told so.
    body: z.unknown().transform((body) => (typeof body === 'string' ? body : '')),
  })
  .transform(({ requestContext: { connectionId, authorizer }, body }) => ({
    connectionId,
    tenant: authorizer.tenant,
    keyId: authorizer.keyId,
    body,
  }));

/** A client's message, as API Gateway hands it to a route's function. */
export type WebSocketMessage = z.infer<typeof webSocketEvent>;

/** A route of the WebSocket API. It is for those whose key still is one: a socket outlives the authorizer's word. */
export const webSocketHandler =
  (handle: (message: WebSocketMessage) => ServerMessage[] | Promise<ServerMessage[]>) =>
  async (event: unknown) => {
    const message = webSocketEvent.parse(event);
    const { connectionId, tenant, keyId } = message;
    const { WEBSOCKET_ENDPOINT: endpoint } = config();
    if (await mayGoOn(keyId)) return answerWith(endpoint, connectionId, await handle(message));
    const identity = identityIn(message.body);
    log.info('socket of a revoked key', { connectionId, tenant, keyId, requestId: identity.requestId });
    await turnOut(Date.now() + POSTS_WITHIN_MS, endpoint, connectionId, identity);
    return { statusCode: 200 };
  };

/**
 * Tells a connection that its key is none any more, and closes it.
 * @param until ms since the epoch; no try reaches beyond
 * @param identity of the message that is refused thereby, if there is one
 */
export async function turnOut(
  until: number,
  endpoint: string,
  connectionId: string,
  identity: ReturnType<typeof identityIn> = {},
): Promise<void> {
  const error = new ServiceError('UNAUTHORIZED').toBody();
  if (!(await pushUntil(until, endpoint, connectionId, { type: 'error', ...identity, error }))) return;
  try {
    await webSocketApi(endpoint).send(new DeleteConnectionCommand({ ConnectionId: connectionId }));
  } catch (error) {
    if (!isGone(error)) throw error;
  }
}

/**
 * Sends a message to a connection.
 * @returns false where the connection is gone, which is no failure
 */
async function push(endpoint: string, connectionId: string, message: ServerMessage): Promise<boolean> {
  try {
    await webSocketApi(endpoint).send(
      new PostToConnectionCommand({ ConnectionId: connectionId, Data: JSON.stringify(message) }),
    );
    return true;
  } catch (error) {
    if (isGone(error)) return false;
    throw error;
  }
}

/** Longest wait between two tries of a push, in ms. */
const PAUSE_MS = 1_000;

/**
 * Sends a message, again where API Gateway fails, throttles or does not answer.
 * @param until ms since the epoch; no try reaches beyond
 * @returns false where the connection is gone, which is no failure
 * @throws the last failure
 */
export async function pushUntil(
  until: number,
  ...[endpoint, connectionId, message]: [string, string, ServerMessage]
): Promise<boolean> {
  for (let pause = 50; ; pause = Math.min(PAUSE_MS, pause * 2)) {
    try {
      // Not by an option of the call: with one, the client forgets the middleware that it kept.
      return await within(until - Date.now(), push(endpoint, connectionId, message));
    } catch (error) {
      const waitMs = pause * (0.5 + Math.random());
      if (!mayPass(error) || Date.now() + waitMs >= until) throw error;
      await sleep(waitMs);
    }
  }
}

/** Whether a failure of API Gateway may be over in a moment: its own, a throttling, or no answer at all. */
function mayPass(error: unknown): boolean {
  const status = httpStatusOf(error) ?? 500;
  return status >= 500 || status === 429;
}

const POSTS_AT_ONCE = 16;
/** For all posts of one answer, in ms: well within the 29 s of a route, and beside what came before them. */
const POSTS_WITHIN_MS = 12_000;

/**
 * Answers a client's message with any number of messages: the last goes back as the route's own response, which
 * costs nothing; the others are posted before it, in order within each of a few lanes.
 * @throws Error where an outcome could not be posted: API Gateway then tells the client, which resumes it again. An
 * `accepted` is only logged: what it announces comes all the same, and a failure of the route would deny it.
 */
export async function answerWith(
  endpoint: string,
  connectionId: string,
  messages: ServerMessage[],
  withinMs = POSTS_WITHIN_MS,
) {
  const waiting = messages.slice(0, -1);
  const until = Date.now() + withinMs;
  let outcomesLost = 0;
  const post = (message: ServerMessage) =>
    pushUntil(until, endpoint, connectionId, message).catch((error: unknown) => {
      const trace = traceOf([message]);
      log.error('answer not pushed', { connectionId, ...trace[0], error });
      if (message.type !== 'accepted') outcomesLost++;
    });
  const lane = async () => {
    for (let next = waiting.shift(); next; next = waiting.shift()) await post(next);
  };
  await Promise.all(Array.from({ length: POSTS_AT_ONCE }, lane));
  if (outcomesLost > 0) throw new Error(`${outcomesLost} outcome(s) could not be pushed`);
  const last = messages.at(-1);
  return { statusCode: 200, ...(last && { body: JSON.stringify(last) }) };
}
