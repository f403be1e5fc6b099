import { createHash, randomBytes } from 'node:crypto';

/** Time between two ticks, in ms. */
export const TICK_MS = 5_000;

/** The slot a time lies in, as the time of its beginning, in ms since the epoch. */
export const slotOf = (now: number): number => Math.floor(now / TICK_MS) * TICK_MS;

/** The most characters that EC2 takes as a `ClientToken` of CreateFleet. */
const MAX_TOKEN_LENGTH = 64;

/**
 * A new token of a launch, so that a call repeated by the SDK launches nothing twice. Tokens are the account's, hence the
 * stage in it; a stage's name too long to fit is hashed. The slot tells people when it was; it comes again where the clock
 * is set back, and EC2 would take another launch by its token for the one before.
 */
export function launchToken(stage: string, now: number): string {
  const token = `${stage}-${slotOf(now)}-${randomBytes(4).toString('hex')}`;
  return token.length <= MAX_TOKEN_LENGTH ? token : createHash('sha256').update(token).digest('hex');
}
