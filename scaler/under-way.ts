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
  /** Machines of the warm pool that were started, and are shown as stopped still. */
  starts: NonNullable<FleetState['starts']>;
  /** Machines launched and not shown yet, or started and shown as stopped still. */
  launching: number;
  /** Workers told to go that have not been seen to do so. */
  going: number;
  /** Those of an older template version that were told to go for a newer, and have not been seen to do so. */
  replacing: number;
}

/**
 * Compares what the last tick left with the machines of now (ms since the epoch).
 * @param steadySince since when ticks have come regularly: what was begun before counts as begun then, for by a clock that
 * jumped it would be over at once, or never
 */
export function findUnderWay(
  previous: FleetState | undefined,
  machines: readonly Machine[],
  { now, steadySince }: { now: number; steadySince: number },
): UnderWay {
  if (!previous) return { launches: [], terminations: [], starts: [], launching: 0, going: 0, replacing: 0 };
  const timed = <T extends { at: number }>(one: T): T => ({
    ...one,
    at: Math.min(now, Math.max(one.at, steadySince)),
  });
  const launches = launchesUnderWay(previous.launches.map(timed), machines, now);
  const terminations = terminationsUnderWay(
    { terminations: previous.terminations.map(timed), listening: previous.listening },
    machines,
    now,
  );
  const starts = startsUnderWay((previous.starts ?? []).map(timed), machines, now);
  const launching = launches.reduce(
    (sum, { count, shown = [] }) => sum + count - shown.length,
    starts.length,
  );
  const replacing = terminations.filter(({ replacedBy }) => replacedBy !== undefined).length;
  const going = terminations.length - replacing;
  return { launches, terminations, starts, launching, going, replacing };
}

/** One is under way while EC2 shows its machine as stopped. */
function startsUnderWay(starts: UnderWay['starts'], machines: readonly Machine[], now: number) {
  const stopped = new Set(machines.filter(({ phase }) => phase === 'stopped').map(({ id }) => id));
  return starts.filter(({ id, at }) => stopped.has(id) && now - at < LAUNCH_UNDER_WAY_MS);
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
  { terminations, listening = [] }: Pick<FleetState, 'terminations' | 'listening'>,
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
