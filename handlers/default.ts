import { ServiceError } from '../shared/errors.ts';
import { identityIn, parseJsonObject } from '../shared/protocol.ts';
import { refusal } from '../shared/refusal.ts';
import { webSocketHandler } from '../shared/web-socket.ts';

/** `$default`: what is not JSON, and actions that are unknown. */
export const handler = webSocketHandler(({ body }) => [refusal(whyUnknown(body), identityIn(body))]);

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
