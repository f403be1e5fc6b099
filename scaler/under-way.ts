import type { FleetState } from '../shared/fleet-state.ts';
import type { Machine } from './machine.ts';

/** In ms: EC2 shows what CreateFleet launched well within this time, or it never came. */
export const LAUNCH_UNDER_WAY_MS = 60_000;

/**
 * In ms: a terminate message that no worker took within 5 s is dropped, because all were busy; the rest is for the
 * worker to tag itself and for EC2 to show it. Longer would be wrong, not just slow: a dropped message counted as a
 * worker going makes the fleet look smaller than it is, and the next backlog would launch machines beside those there.
 */
export const TERMINATION_UNDER_WAY_MS = 10_000;

/** What earlier ticks set going, and the cloud has not shown to be done. */
export interface UnderWay {
  launches: FleetState['launches'];
  terminations: FleetState['terminations'];
  /** Machines launched and not shown yet. */
  launching: number;
  /** Workers told to go that have not been seen to do so. */
  going: number;
}

/** Compares what the last tick left with the machines of now (ms since the epoch). */
export function findUnderWay(
  previous: FleetState | undefined,
  machines: readonly Machine[],
  now: number,
): UnderWay {
  if (!previous) return { launches: [], terminations: [], launching: 0, going: 0 };
  const launches = launchesUnderWay(previous.launches, machines, now);
  const terminations = terminationsUnderWay(previous, machines, now);
  const launching = launches.reduce((sum, { count, shown = [] }) => sum + count - shown.length, 0);
  return { launches, terminations, launching, going: terminations.length };
}

/** A machine once shown stays shown: one that came and went within the minute is not still to come. */
function launchesUnderWay(launches: FleetState['launches'], machines: readonly Machine[], now: number) {
  return launches
    .filter(({ at }) => now - at < LAUNCH_UNDER_WAY_MS)
    .map(({ token, at, count, shown = [] }) => {
      const here = machines.filter(({ launchToken }) => launchToken === token).map(({ id }) => id);
      return { token, at, count, shown: [...new Set([...shown, ...here])] };
    })
    .filter(({ count, shown }) => shown.length < count);
}

/**
 * A message is done with when a worker shows its id. An idle worker may be gone before a census sees that: each one
 * that listened and is no longer there settles a message too, the oldest first.
 */
function terminationsUnderWay(
  { terminations, listening = [] }: FleetState,
  machines: readonly Machine[],
  now: number,
) {
  const taken = new Set(machines.map(({ terminateId }) => terminateId));
  const there = new Set(machines.filter(({ phase }) => phase !== 'gone').map(({ id }) => id));
  const gone = listening.filter((id) => !there.has(id)).length;
  return terminations
    .filter(({ id }) => !taken.has(id))
    .slice(gone)
    .filter(({ at }) => now - at < TERMINATION_UNDER_WAY_MS);
}
