import { countAnswers, traceOf } from '../shared/count-answers.ts';
import { ServiceError } from '../shared/errors.ts';
import { log } from '../shared/log.ts';
import { identityIn, parseJsonObject } from '../shared/parse-message.ts';
import { refusal } from '../shared/refusal.ts';
import { webSocketHandler } from '../shared/web-socket.ts';

/** `$default`: what is not JSON, and actions that are unknown. */
export const handler = webSocketHandler(({ connectionId, tenant, body }) => {
  const answers = [refusal(whyUnknown(body), identityIn(body))];
  log.counted('default', { connectionId, tenant, answers: traceOf(answers) }, countAnswers(answers));
  return answers;
});

function whyUnknown(body: string): unknown {
  try {
    const { action } = parseJsonObject(body);
    const known = 'classify, resume and ping are known';
    return new ServiceError(
      'INVALID_MESSAGE',
      action === undefined
        ? `action: is missing; ${known}`
        : `action: ${JSON.stringify(action).slice(0, 80)} is unknown; ${known}`,
    );
  } catch (error) {
    return error;
  }
}
