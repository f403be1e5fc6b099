import { toServiceError } from './errors.ts';
import { log } from './log.ts';
import type { ErrorMessage } from './protocol.ts';

/** The `error` that answers a request which was not accepted. */
export function refusal(
  cause: unknown,
  { requestId, clientRef }: { requestId?: string | undefined; clientRef?: string | undefined },
  imageUrl?: unknown,
): ErrorMessage {
  const error = toServiceError(cause);
  if (error.code === 'INTERNAL') log.error('request refused', { requestId, error });
  return {
    type: 'error',
    ...(requestId !== undefined && { requestId }),
    ...(clientRef !== undefined && { clientRef }),
    ...(typeof imageUrl === 'string' && { imageUrl }),
    error: error.toBody(),
  };
}
