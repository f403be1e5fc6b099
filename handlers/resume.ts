import { readConfig } from '../shared/config.ts';
import { ServiceError } from '../shared/errors.ts';
import { log } from '../shared/log.ts';
import { lookUp } from '../shared/look-up.ts';
import { once } from '../shared/once.ts';
import { identityIn, parseFields, parseJsonObject } from '../shared/parse-message.ts';
import { type OutcomeMessage, resumeFields } from '../shared/protocol.ts';
import { refusal } from '../shared/refusal.ts';
import { isAnothers, mayBeKnown } from '../shared/request-id.ts';
import { type Listener, Results } from '../shared/results.ts';
import { webSocketHandler } from '../shared/web-socket.ts';
import { within } from '../shared/within.ts';

const config = once(() => readConfig(['BUCKET', 'REQUEST_TIMEOUT_SECONDS']));

/** For looking up an id, in ms; posting what was found takes its time as well, and the route ends at 29 s. */
const LOOK_UP_MS = 14_000;

/**
 * `resume`: the outcomes of earlier requests, now where there is one, else pushed here too when there is. Where we fail at
 * some ids, that is told without naming any: it is no outcome of theirs, and the client asks again.
 */
export const handler = webSocketHandler(async ({ connectionId, tenant, keyId, body }) => {
  let requestIds: readonly string[] = [];
  const found: Found[] = await Promise.resolve()
    .then(() => {
      ({ requestIds } = parseFields(resumeFields, parseJsonObject(body)));
      return Promise.all(requestIds.map((id) => resume(id, { connectionId, tenant, keyId })));
    })
    .catch((error: unknown) => [refusal(error, identityIn(body))]);
  const failure = found.find((one) => one?.type === 'failure');
  const ready = found.filter((one) => one !== undefined && one.type !== 'failure');
  log.info('resume', { connectionId, tenant, requestIds, ready: ready.length });
  return failure ? [...ready, refusal(failure.cause, {})] : ready;
});

type Found = OutcomeMessage | Failure | undefined;
/** Of ours: nothing is known of the request. */
interface Failure {
  type: 'failure';
  cause: unknown;
}

async function resume(requestId: string, listener: Listener): Promise<Found> {
  try {
    return await within(LOOK_UP_MS, listenAndLook(requestId, listener));
  } catch (error) {
    return error instanceof ServiceError ? refusal(error, { requestId }) : { type: 'failure', cause: error };
  }
}

/** A push that comes between the two finds the listener, one that came before left its outcome. */
async function listenAndLook(requestId: string, listener: Listener): Promise<OutcomeMessage | undefined> {
  const { BUCKET, REQUEST_TIMEOUT_SECONDS } = config();
  const results = new Results(BUCKET);
  if (!mayBeKnown(requestId, Date.now()) || isAnothers(requestId, listener.tenant))
    throw new ServiceError('UNKNOWN_REQUEST');
  await results.listen(requestId, listener);
  return lookUp(results, requestId, listener.tenant, REQUEST_TIMEOUT_SECONDS);
}
