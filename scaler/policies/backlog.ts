import type { PolicyMemory } from '../../shared/fleet-state.ts';
import { busyWorkers, followFlow, surelyArriving } from './arrivals.ts';
import { notePeak } from './demand-peaks.ts';
import { missingWorkers, staffing } from './outlook.ts';
import { countWorkers, type PolicySettings, type Situation, type Verdict } from './policy.ts';

/** What is assumed until a worker has told, in ms. */
const ASSUMED_SERVICE_MS = 100;
const ASSUMED_BOOT_MS = 30_000;
/** A machine that takes so many times the usual boot is not counted on any more; it may come all the same. */
export const OVERDUE = 2;
/** Half-life of the steady rate of arrivals, in stabilisation windows. */
const STEADY_WINDOWS = 1 / 12;
/** Least time between two moments at which the fleet turns from growing to shrinking, in stabilisation windows. */
const TURN_WINDOWS = 2;

/**
 * Enough workers to clear what is queued and what arrives within the target wait, those counted that are booting.
 * It grows at once; it shrinks to the highest demand of the stabilisation window, which is never shorter than a boot,
 * and only where the remaining workers would not be too few by the same reckoning.
 */
export function backlog(
  situation: Situation,
  settings: PolicySettings,
  memory: PolicyMemory | undefined,
): Verdict {
  const { now, queue, headcount, measured } = situation;
  const { MIN_WORKERS: min, MAX_WORKERS: max } = settings;
  const known = {
    serviceMs: measured.serviceMs ?? memory?.serviceMs ?? null,
    bootMs: measured.bootMs ?? memory?.bootMs ?? null,
  };
  const serviceMs = known.serviceMs ?? ASSUMED_SERVICE_MS;
  const bootMs = known.bootMs ?? ASSUMED_BOOT_MS;
  const targetMs = settings.TARGET_WAIT_SECONDS * 1000;
  const windowMs = Math.max(settings.STABILISATION_SECONDS * 1000, bootMs);

  const queued = queue.visible + queue.inFlight;
  const busy = busyWorkers(situation, serviceMs);
  const pace = { serviceMs, steadyMs: windowMs * STEADY_WINDOWS };
  const flow = followFlow(memory?.flow, { at: now, queued, busy }, pace);

  const ready = Math.max(0, headcount.ready - headcount.going);
  const bootingForMs = situation.bootingForMs.filter((age) => age <= OVERDUE * bootMs);
  const there = ready + bootingForMs.length;
  const outlook = { queued, serviceMs, arriving: surelyArriving(flow), targetMs, bootMs };
  const missing = Math.max(missingWorkers(outlook, { ready, bootingForMs }), min - there, 0);
  const launch = Math.max(0, Math.min(missing, max - countWorkers(headcount)));

  const steady = { ...outlook, arriving: flow.steady };
  const needed = Math.max(staffing(steady, windowMs), queued > 0 ? 1 : 0);
  // Without a memory nobody knows what was needed lately: perhaps all that are there.
  const before = memory?.peaks ?? [{ at: now, workers: there }];
  const peaks = notePeak(before, now, Math.min(max, needed), windowMs);
  const keep = Math.max(min, peaks[0]?.workers ?? 0);
  const enough = missing === 0 && missingWorkers(outlook, { ready: keep, bootingForMs: [] }) === 0;
  const spare = enough && mayShrink(memory, now, windowMs) ? Math.max(0, ready - keep) : 0;

  return {
    change: launch - spare,
    why: `${Math.round(serviceMs)} ms a job, target ${settings.TARGET_WAIT_SECONDS} s`,
    memory: { flow, ...known, peaks, ...directionAfter(launch - spare, memory, now) },
  };
}

type Direction = Pick<PolicyMemory, 'went' | 'turnedInAt'>;

function directionAfter(change: number, { went, turnedInAt }: Direction = {}, now: number): Direction {
  if (change > 0) return { went: 'out', turnedInAt };
  if (change < 0) return { went: 'in', turnedInAt: went === 'out' ? now : turnedInAt };
  return { went, turnedInAt };
}

/** A fleet that shrinks and has to grow again pays with boots, and its users with waiting: not time and again. */
function mayShrink({ went, turnedInAt }: Direction = {}, now: number, windowMs: number): boolean {
  if (went !== 'out' || turnedInAt === undefined) return true;
  return Math.abs(now - turnedInAt) >= TURN_WINDOWS * windowMs;
}
