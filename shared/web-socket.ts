import { PostToConnectionCommand } from '@aws-sdk/client-apigatewaymanagementapi';
import * as z from 'zod';
import { webSocketApi } from './aws.ts';
import { isGone } from './aws-errors.ts';
import { log } from './log.ts';
import type { ServerMessage } from './protocol.ts';

/** The tenant of everybody where a stage has no authorizer. */
export const OPEN_TENANT = 'public';

const webSocketEvent = z
  .object({
    requestContext: z.object({
      connectionId: z.string(),
      authorizer: z.object({ tenant: z.string().optional() }).optional(),
    }),
    // A binary frame reaches the local stage as a Buffer, AWS as base64: neither is JSON, and both are told so.
    body: z.unknown().transform((body) => (typeof body === 'string' ? body : '')),
  })
  .transform(({ requestContext: { connectionId, authorizer }, body }) => ({
    connectionId,
    tenant: authorizer?.tenant ?? OPEN_TENANT,
    body,
  }));

/** A client's message, as API Gateway hands it to a route's function. */
export const parseWebSocketEvent = (event: unknown) => webSocketEvent.parse(event);

/**
 * Sends a message to a connection.
 * @returns false where the connection is gone, which is no failure
 */
export async function push(endpoint: string, connectionId: string, message: ServerMessage): Promise<boolean> {
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

const POSTS_AT_ONCE = 16;

/** The client has no `accepted` then, but its answer; a failure of the route would cost it both. */
async function pushOrLog(endpoint: string, connectionId: string, message: ServerMessage): Promise<void> {
  await push(endpoint, connectionId, message).catch((error: unknown) =>
    log.error('answer not pushed', { connectionId, type: message.type, error }),
  );
}

/**
 * Answers a client's message with any number of messages: the last goes back as the route's own response, which
 * costs nothing; the others are posted before it, in order within each of a few lanes.
 */
export async function answerWith(endpoint: string, connectionId: string, messages: ServerMessage[]) {
  const waiting = messages.slice(0, -1);
  const lane = async () => {
    for (let next = waiting.shift(); next; next = waiting.shift())
      await pushOrLog(endpoint, connectionId, next);
  };
  await Promise.all(Array.from({ length: POSTS_AT_ONCE }, lane));
  const last = messages.at(-1);
  return { statusCode: 200, ...(last && { body: JSON.stringify(last) }) };
}
