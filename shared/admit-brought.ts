import { ServiceError } from './errors.ts';
import type { JobMessage } from './jobs.ts';
import type { OutcomeMessage } from './protocol.ts';
import { isMadeHere, wasMadeForAnother } from './request-id.ts';
import type { Results } from './results.ts';

/**
 * Lets a request pass whose id was brought, and claims the id for it. Where nobody had claimed it, nobody had it done
 * either, so its outcome is looked up only where it may be there: nearly all ids are new.
 * @param admit throws where there is more to do than time
 * @returns the stored outcome, where the same request is done already
 * @throws ServiceError `CONFLICT` where the id is another request's, or what `admit` throws
 */
export async function admitBrought(
  { requestId, tenant, digest }: Pick<JobMessage, 'requestId' | 'tenant' | 'digest'>,
  results: Results,
  admit: () => void,
): Promise<OutcomeMessage | undefined> {
  const find = async () => {
    const stored = await results.find(requestId);
    if (!stored) return undefined;
    const same = (stored.tenant ?? tenant) === tenant && (stored.digest ?? digest) === digest;
    if (!same) throw new ServiceError('CONFLICT');
    return stored.outcome;
  };
  if (isMadeHere(requestId)) {
    // Whom it was made for has done without a claim.
    const done = await find();
    if (done) return done;
    if (wasMadeForAnother(requestId, tenant, digest)) throw new ServiceError('CONFLICT');
  }
  try {
    admit();
  } catch (error) {
    const done = await find();
    if (done) return done;
    throw error;
  }
  const { isNew, claim } = await results.claim(requestId, { tenant, digest });
  if (claim.tenant !== tenant || claim.digest !== digest) throw new ServiceError('CONFLICT');
  return isNew ? undefined : find();
}
