import { countAnswers } from './count-answers.ts';
import { ServiceError } from './errors.ts';
import { log } from './log.ts';
import type { OutcomeMessage } from './protocol.ts';
import { deadlineOf, isAnothers, isMadeHere, mayBeKnown } from './request-id.ts';
import type { Results } from './results.ts';

/**
 * The outcome of a request, for the tenant that asks. Past the deadline there always is one: where none is stored,
 * `TIMEOUT` is stored now, so that a client is answered even where no worker lives. It is stored as nobody's: whoever
 * asks for a request that is not theirs must not make it theirs.
 * @returns the outcome, or `undefined` where it is still to come
 * @throws ServiceError `UNKNOWN_REQUEST` where the id is malformed, too old, or another tenant's
 */
export async function lookUp(
  results: Results,
  requestId: string,
  tenant: string,
  requestTimeoutSeconds: number,
  now = Date.now(),
): Promise<OutcomeMessage | undefined> {
  if (!mayBeKnown(requestId, now) || isAnothers(requestId, tenant)) throw new ServiceError('UNKNOWN_REQUEST');
  let stored = await results.find(requestId);
  if (!stored && now >= deadlineOf(requestId, requestTimeoutSeconds)) {
    const error = new ServiceError('TIMEOUT').toBody();
    const timeout: OutcomeMessage = { type: 'error', requestId, error };
    stored = await results.store({ requestId, outcome: timeout });
    if (stored.outcome === timeout)
      log.counted('given up at the deadline', { requestId, askedBy: tenant }, countAnswers([timeout]));
  }
  // Until there is an outcome, an id that was made here tells whose it is; one that was brought does by its claim.
  const askClaim = stored ? stored.tenant === undefined : !isMadeHere(requestId);
  const owner = stored?.tenant ?? (askClaim ? (await results.claimOf(requestId))?.tenant : undefined);
  if (owner !== undefined && owner !== tenant) throw new ServiceError('UNKNOWN_REQUEST');
  return stored?.outcome;
}
