import type { FleetState } from '../shared/fleet-state.ts';
import type { Machine } from './machine.ts';

/** So many failed boots in a row say that the next will fail too. */
export const FAILURES_IN_A_ROW = 3;
/** The first wait, which doubles with each try that fails, and the longest, in ms. */
const FIRST_WAIT_MS = 60_000;
const LONGEST_WAIT_MS = 900_000;

export type FailedBoots = NonNullable<FleetState['failedBoots']>;

/**
 * Follows the boots, a circuit breaker:
 *
 * - *closed* (`undefined`): fewer than three boots failed in a row, as the machines stand by the time of their launch.
 * - *open*: nothing is launched before `retryAt`.
 * - *half open*: from then on one machine is tried. If it fails, the wait doubles, up to 15 minutes; if it becomes
 *   ready, the row is broken and all is as before.
 *
 * @param machines also those that are gone; EC2 shows them for about an hour
 * @param lost those of them that were not ready in time
 * @param now ms since the epoch
 */
export function followBoots(
  previous: FailedBoots | undefined,
  machines: readonly Machine[],
  lost: readonly Machine[],
  now: number,
): FailedBoots | undefined {
  const lastBooted = machines
    .filter(({ booted }) => booted === true)
    .reduce((last, machine) => Math.max(last, launchTime(machine)), -1);
  const [newest, ...others] = failuresIn(machines, lost)
    .filter((machine) => launchTime(machine) > lastBooted)
    .sort((a, b) => launchTime(b) - launchTime(a) || (a.id < b.id ? 1 : -1));
  const count = 1 + others.length;
  const row = newest && { count, last: newest.id, launchedAt: launchTime(newest) };

  // EC2 forgets: a row is not over because its beginning is out of sight, only by a later machine that became ready.
  const open = previous && previous.launchedAt > lastBooted ? previous : undefined;
  if (!open) {
    return row && count >= FAILURES_IN_A_ROW
      ? { ...row, waitMs: FIRST_WAIT_MS, retryAt: now + FIRST_WAIT_MS }
      : undefined;
  }
  if (!row || row.last === open.last) return open;
  const failed = { ...open, ...row, count: Math.max(count, open.count) };
  // Others of the launch that failed before say nothing new.
  if (waitLeft(open, now) > 0) return failed;
  const waitMs = Math.min(LONGEST_WAIT_MS, 2 * open.waitMs);
  return { ...failed, waitMs, retryAt: now + waitMs };
}

/** The machines whose last boot failed: they ended before they were ready, or were not in time. */
export function failuresIn(machines: readonly Machine[], lost: readonly Machine[]): Machine[] {
  const late = new Set(lost.filter(({ phase }) => phase === 'booting').map(({ id }) => id));
  return machines.filter(({ id, booted }) => booted === false || late.has(id));
}

/** How many machines may be launched now. @param coming those booting, or launched and not shown yet */
export function boundLaunch(failed: FailedBoots | undefined, coming: number, now: number): number {
  if (!failed) return Number.POSITIVE_INFINITY;
  return waitLeft(failed, now) > 0 || coming > 0 ? 0 : 1;
}

/** ms; more than the wait itself can be left only by a clock that jumped, and counts as none. */
export function waitLeft({ retryAt, waitMs }: FailedBoots, now: number): number {
  const left = retryAt - now;
  return left > waitMs ? 0 : Math.max(0, left);
}

const launchTime = ({ launchedAt = 0 }: Machine) => launchedAt;
