import { accept } from '../shared/accept.ts';
import { countAnswers, traceOf } from '../shared/count-answers.ts';
import { log } from '../shared/log.ts';
import { identityIn, parseFields, parseJsonObject } from '../shared/parse-message.ts';
import { classifyFields } from '../shared/protocol.ts';
import { refusal } from '../shared/refusal.ts';
import { webSocketHandler } from '../shared/web-socket.ts';

/** `classify`: accepts one image, or several, and answers each with `accepted` or an error. */
export const handler = webSocketHandler(async ({ connectionId, tenant, keyId, body }) => {
  const answers = await Promise.resolve()
    .then(() => parseFields(classifyFields, parseJsonObject(body)))
    .then((fields) => accept(fields, { tenant, connectionId, keyId }))
    .catch((error: unknown) => [refusal(error, identityIn(body))]);
  log.counted('classify', { connectionId, tenant, answers: traceOf(answers) }, countAnswers(answers));
  return answers;
});
