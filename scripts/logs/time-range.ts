import { acceptedAt } from '../../shared/request-id.ts';

/** The clocks of clients, whose ids may be of some seconds to come, and of machines differ. */
const MARGIN_MS = 10_000;
/** A response is tried for an hour; what comes later is somebody who asks again. */
const AFTER_MS = 3_600_000 + MARGIN_MS;

const UNITS = { s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const;

/**
 * A moment, in ms since the epoch: `10m` (ago; s, m, h, d), or a date such as `2026-11-23T18:00Z`.
 * @throws RangeError where it is neither
 */
export function momentFrom(text: string, now = Date.now()): number {
  const [, amount, unit] = /^(\d+)([smhd])$/.exec(text) ?? [];
  if (amount !== undefined) return now - Number(amount) * UNITS[unit as keyof typeof UNITS];
  const date = Date.parse(text);
  if (Number.isNaN(date))
    throw new RangeError(`${text} is no time. Say 10m (or s, h, d: so long ago), or 2026-11-23T18:00Z.`);
  return date;
}

/**
 * When lines about a request may have been written, in ms since the epoch: its id tells when it was accepted.
 * @throws RangeError where the id tells nothing, and `since` is not said
 */
export function rangeOf(
  requestId: string,
  { since, until }: { since?: string | undefined; until?: string | undefined },
): { from: number; to: number } {
  const at = acceptedAt(requestId);
  if (at === undefined && since === undefined)
    throw new RangeError(
      `${requestId} is no id of a request: those are UUIDs of version 7, in lower case. Say --since to look for it all the same.`,
    );
  const from = since === undefined ? (at ?? 0) - MARGIN_MS : momentFrom(since);
  const to = until === undefined ? Math.max(at ?? 0, from) + AFTER_MS : momentFrom(until);
  if (to <= from) throw new RangeError('--until lies before --since');
  return { from, to };
}
