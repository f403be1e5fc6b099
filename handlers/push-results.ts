import type { SQSBatchResponse } from 'aws-lambda';
import * as z from 'zod';
import { readConfig } from '../shared/config.ts';
import { ServiceError } from '../shared/errors.ts';
import { type ResponseMessage, responseMessage } from '../shared/jobs.ts';
import { log } from '../shared/log.ts';
import { once } from '../shared/once.ts';
import type { OutcomeMessage } from '../shared/protocol.ts';
import { type Listener, Results } from '../shared/results.ts';
import { push } from '../shared/web-socket.ts';

const config = once(() => readConfig(['BUCKET', 'WEBSOCKET_ENDPOINT']));
const sqsEvent = z.object({ Records: z.array(z.object({ messageId: z.string(), body: z.string() })) });

/** Pushes each response to whoever waits for it. A record that fails comes again, alone. */
export async function handler(event: unknown): Promise<SQSBatchResponse> {
  const { Records } = sqsEvent.parse(event);
  const failures = await Promise.all(
    Records.map(async ({ messageId, body }) => {
      try {
        await pushResponse(responseMessage.parse(JSON.parse(body)));
        return [];
      } catch (error) {
        log.error('push failed', { messageId, error });
        return [{ itemIdentifier: messageId }];
      }
    }),
  );
  return { batchItemFailures: failures.flat() };
}

/** To its own connection and to all that resumed, each time: a half-open socket takes a push and loses it. */
async function pushResponse({ requestId, tenant, connectionId, outcome }: ResponseMessage): Promise<void> {
  // A CONFLICT is for the one who brought a used id; those who resumed that id wait for what is stored under it.
  const isConflict = outcome.type === 'error' && outcome.error.code === 'CONFLICT';
  const resumed = isConflict ? [] : await new Results(config().BUCKET).listeners(requestId);
  const own = connectionId === undefined ? [] : [{ connectionId, tenant }];
  const listeners = [...own, ...resumed.filter((listener) => listener.connectionId !== connectionId)];
  const reached = await Promise.all(
    listeners.map((listener) =>
      push(config().WEBSOCKET_ENDPOINT, listener.connectionId, messageFor(listener, tenant, outcome)),
    ),
  );
  log.info('pushed', {
    requestId,
    tenant,
    type: outcome.type,
    connections: reached.length,
    gone: reached.filter((ok) => !ok).length,
  });
}

function messageFor(listener: Listener, tenant: string, outcome: OutcomeMessage): OutcomeMessage {
  if (listener.tenant === tenant) return outcome;
  const error = new ServiceError('UNKNOWN_REQUEST').toBody();
  return { type: 'error', requestId: outcome.requestId, error };
}
