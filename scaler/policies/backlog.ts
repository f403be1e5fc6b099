import type { PolicyMemory } from '../../shared/fleet-state.ts';
import { busyWorkers, followFlow, surelyArriving, worthKeepingFor } from './arrivals.ts';
import { notePeak } from './demand-peaks.ts';
import { directionAfter, isCautious, mayShrink } from './direction.ts';
import { isCaughtUp, missingWorkers, staffing } from './outlook.ts';
import { countWorkers, type PolicySettings, type Situation, type Verdict } from './policy.ts';

/** What is assumed until a worker has told, in ms. */
const ASSUMED_SERVICE_MS = 100;
const ASSUMED_BOOT_MS = 30_000;
/** A machine that takes so many times the usual boot is not counted on any more; it may come all the same. */
export const OVERDUE = 2;
/** Half-life of the steady rate of arrivals, in stabilisation windows. */
const STEADY_WINDOWS = 1 / 12;

/**
 * Enough workers to clear what is queued and what arrives within the target wait, those counted that are booting
 * ({@link missingWorkers}). It grows at once. It shrinks, once it has caught up, to what the arrivals needed at most in the
 * stabilisation window ({@link staffing}), which is never shorter than a boot and twice as long after it was found too
 * short; and only where the remaining workers would not be too few by the reckoning that launches.
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
  const windowMs = settings.STABILISATION_SECONDS * 1000;

  // What there is to do.
  const queued = queue.visible + queue.inFlight;
  const busy = busyWorkers(situation, serviceMs);
  const look = { at: now, queued, busy, ready: headcount.ready };
  const flow = followFlow(memory?.flow, look, { serviceMs, steadyMs: windowMs * STEADY_WINDOWS });
  const outlook = { queued, serviceMs, arriving: surelyArriving(flow), targetMs, bootMs };

  // Who is there to do it, and who is missing.
  const ready = Math.max(0, headcount.ready - headcount.going);
  const bootingForMs = situation.bootingForMs.filter((age) => age <= OVERDUE * bootMs);
  const there = ready + bootingForMs.length;
  const missing = Math.max(missingWorkers(outlook, { ready, bootingForMs }), min - there, 0);
  const launch = Math.max(0, Math.min(missing, max - countWorkers(headcount)));

  // Who was needed lately, and who is to spare. Without a memory nobody knows: perhaps all that are there.
  const direction = memory ?? {};
  const rememberMs = Math.max(isCautious(direction, now, windowMs) ? 2 * windowMs : windowMs, bootMs);
  const caughtUp = isCaughtUp(outlook, queued - busy, ready);
  // While all are at work what they do is known, and with it the quick rate; the steady one lags behind.
  const lasting = Math.max(worthKeepingFor(flow), caughtUp ? 0 : outlook.arriving);
  const needed = Math.max(staffing({ ...outlook, arriving: lasting }, rememberMs), queued > 0 ? 1 : 0);
  const before = memory?.peaks ?? [{ at: now, workers: there }];
  const peaks = notePeak(before, now, Math.min(max, needed), rememberMs);
  const keep = Math.max(min, peaks[0]?.workers ?? 0);
  const isEnough =
    missing === 0 && caughtUp && missingWorkers(outlook, { ready: keep, bootingForMs: [] }) === 0;
  const spare = isEnough && mayShrink(direction, now, windowMs) ? Math.max(0, ready - keep) : 0;

  const change = launch - spare;
  return {
    change,
    why: `${Math.round(serviceMs)} ms a job, target ${settings.TARGET_WAIT_SECONDS} s`,
    memory: { flow, ...known, peaks, ...directionAfter(change, direction, now, windowMs) },
  };
}
