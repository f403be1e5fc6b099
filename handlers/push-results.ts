import type { SQSBatchResponse } from 'aws-lambda';
import * as z from 'zod';
import { readConfig } from '../shared/config.ts';
import { ServiceError } from '../shared/errors.ts';
import { type ResponseMessage, responseMessage } from '../shared/jobs.ts';
import { mayGoOn } from '../shared/key-ring.ts';
import { log } from '../shared/log.ts';
import { once } from '../shared/once.ts';
import type { OutcomeMessage } from '../shared/protocol.ts';
import { type Listener, Results } from '../shared/results.ts';
import { pushUntil, turnOut } from '../shared/web-socket.ts';
import { within } from '../shared/within.ts';

const config = once(() => readConfig(['BUCKET', 'WEBSOCKET_ENDPOINT']));
const sqsEvent = z.object({ Records: z.array(z.object({ messageId: z.string(), body: z.string() })) });

/** For a record, in ms; also where the function has more. It comes again after the queue's visibility timeout. */
const RECORD_MS = 7_000;
/** What is kept of the function's own time for its ending, in ms. */
const ENDING_MS = 1_000;

/**
 * Pushes each response to whoever waits for it. A record that fails comes again, alone; so does one that takes too long,
 * for if the function were ended all of its batch would come again.
 */
export async function handler(
  event: unknown,
  context?: { getRemainingTimeInMillis?: () => number },
): Promise<SQSBatchResponse> {
  const { Records } = sqsEvent.parse(event);
  const leftMs = (context?.getRemainingTimeInMillis?.() ?? Number.POSITIVE_INFINITY) - ENDING_MS;
  const recordMs = Math.min(RECORD_MS, leftMs);
  const failures = await Promise.all(
    Records.map(async ({ messageId, body }) => {
      let requestId: string | undefined;
      try {
        const response = responseMessage.parse(JSON.parse(body));
        ({ requestId } = response);
        await within(recordMs, pushResponse(response, Date.now() + recordMs));
        return [];
      } catch (error) {
        log.error('push failed', { requestId, messageId, error });
        return [{ itemIdentifier: messageId }];
      }
    }),
  );
  return { batchItemFailures: failures.flat() };
}

/** To its own connection and to all that resumed, each time: a half-open socket takes a push and loses it. */
async function pushResponse(
  { requestId, tenant, connectionId, keyId, awaited, outcome }: ResponseMessage,
  until: number,
): Promise<void> {
  const send = (listener: Listener) => sendTo(until, listener, messageFor(listener, tenant, outcome));
  // Its own need not wait until the others are known.
  const [own, others] = await Promise.all([
    connectionId === undefined ? [] : Promise.all([send({ connectionId, tenant, keyId })]),
    awaited === false
      ? []
      : resumedElsewhere(requestId, outcome, connectionId).then((some) => Promise.all(some.map(send))),
  ]);
  const reached = [...own, ...others];
  log.info('pushed', {
    requestId,
    tenant,
    type: outcome.type,
    connections: reached.length,
    gone: reached.filter((ok) => !ok).length,
  });
}

/** @returns false where the connection is gone, or is now, for its key was revoked */
async function sendTo(
  until: number,
  { connectionId, keyId }: Listener,
  message: OutcomeMessage,
): Promise<boolean> {
  const { WEBSOCKET_ENDPOINT: endpoint } = config();
  if (await mayGoOn(keyId)) return pushUntil(until, endpoint, connectionId, message);
  await turnOut(until, endpoint, connectionId);
  return false;
}

async function resumedElsewhere(requestId: string, outcome: OutcomeMessage, own: string | undefined) {
  // A CONFLICT is for the one who brought a used id; those who resumed that id wait for what is stored under it.
  if (outcome.type === 'error' && outcome.error.code === 'CONFLICT') return [];
  const listeners = await new Results(config().BUCKET).listeners(requestId);
  return listeners.filter(({ connectionId }) => connectionId !== own);
}

function messageFor(listener: Listener, tenant: string, outcome: OutcomeMessage): OutcomeMessage {
  if (listener.tenant === tenant) return outcome;
  const error = new ServiceError('UNKNOWN_REQUEST').toBody();
  return { type: 'error', requestId: outcome.requestId, error };
}
