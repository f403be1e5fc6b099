import { refusal } from '../shared/accept.ts';
import { readConfig } from '../shared/config.ts';
import { ServiceError } from '../shared/errors.ts';
import { log } from '../shared/log.ts';
import { lookUp } from '../shared/look-up.ts';
import { once } from '../shared/once.ts';
import {
  identityIn,
  type OutcomeMessage,
  parseFields,
  parseJsonObject,
  resumeFields,
} from '../shared/protocol.ts';
import { mayBeKnown } from '../shared/request-id.ts';
import { type Listener, Results } from '../shared/results.ts';
import { answerWith, parseWebSocketEvent } from '../shared/web-socket.ts';

const config = once(() => readConfig(['BUCKET', 'REQUEST_TIMEOUT_SECONDS', 'WEBSOCKET_ENDPOINT']));

/** `resume`: the outcomes of earlier requests, now where there is one, else pushed here too when there is. */
export async function handler(event: unknown) {
  const { connectionId, tenant, body } = parseWebSocketEvent(event);
  const answers: (OutcomeMessage | undefined)[] = await Promise.resolve()
    .then(() => parseFields(resumeFields, parseJsonObject(body)))
    .then(({ requestIds }) => Promise.all(requestIds.map((id) => resume(id, { connectionId, tenant }))))
    .catch((error: unknown) => [refusal(error, identityIn(body))]);
  const ready = answers.filter((answer) => answer !== undefined);
  log.info('resume', { connectionId, tenant, asked: answers.length, ready: ready.length });
  return answerWith(config().WEBSOCKET_ENDPOINT, connectionId, ready);
}

/** Listens first, then looks: a push that comes between the two finds the listener, one that came before left its outcome. */
async function resume(requestId: string, listener: Listener): Promise<OutcomeMessage | undefined> {
  const { BUCKET, REQUEST_TIMEOUT_SECONDS } = config();
  const results = new Results(BUCKET);
  try {
    if (!mayBeKnown(requestId, Date.now())) throw new ServiceError('UNKNOWN_REQUEST');
    await results.listen(requestId, listener);
    return await lookUp(results, requestId, listener.tenant, REQUEST_TIMEOUT_SECONDS);
  } catch (error) {
    return refusal(error, { requestId });
  }
}
