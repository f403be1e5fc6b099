import { accept, refusal } from '../shared/accept.ts';
import { readConfig } from '../shared/config.ts';
import { log } from '../shared/log.ts';
import { once } from '../shared/once.ts';
import { classifyFields, identityIn, parseFields, parseJsonObject } from '../shared/protocol.ts';
import { answerWith, parseWebSocketEvent } from '../shared/web-socket.ts';

const config = once(() => readConfig(['WEBSOCKET_ENDPOINT']));

/** `classify`: accepts one image, or several, and answers each with `accepted` or an error. */
export async function handler(event: unknown) {
  const { connectionId, tenant, body } = parseWebSocketEvent(event);
  const answers = await Promise.resolve()
    .then(() => parseFields(classifyFields, parseJsonObject(body)))
    .then((fields) => accept(fields, { tenant, connectionId }))
    .catch((error: unknown) => [refusal(error, identityIn(body))]);
  log.info('classify', {
    connectionId,
    tenant,
    answers: answers.map(({ type, requestId }) => ({ type, requestId })),
  });
  return answerWith(config().WEBSOCKET_ENDPOINT, connectionId, answers);
}
