import type { Machine } from './machine.ts';

/** A worker says every 60 s that it lives; three times missed, it does not. In ms. */
export const UNSEEN_MS = 180_000;

/** The workers by phase; a lost one is in none of them. */
export interface Census {
  booting: Machine[];
  ready: Machine[];
  draining: Machine[];
  /** Not ready in time, or ready and not heard of for 3 minutes: to be ended, not to be counted. */
  lost: Machine[];
  /** Mean of the ready workers' own measurements, in ms a job; null while none has one. */
  serviceMs: number | null;
}

/** Sorts the machines at the time `now`, in ms since the epoch. */
export function takeCensus(machines: readonly Machine[], now: number, bootDeadlineSeconds: number): Census {
  const bootDeadlineMs = bootDeadlineSeconds * 1000;
  const lost = machines.filter((machine) => isLost(machine, now, bootDeadlineMs));
  const inPhase = (phase: Machine['phase']) =>
    machines.filter((machine) => machine.phase === phase && !lost.includes(machine));
  const ready = inPhase('ready');
  const measured = ready.flatMap(({ serviceMs }) => serviceMs ?? []);
  return {
    booting: inPhase('booting'),
    ready,
    draining: inPhase('draining'),
    lost,
    serviceMs: measured.length === 0 ? null : measured.reduce((sum, ms) => sum + ms) / measured.length,
  };
}

function isLost(machine: Machine, now: number, bootDeadlineMs: number): boolean {
  const { phase, launchedAt = now, seenAt } = machine;
  if (phase === 'booting') return now - launchedAt > bootDeadlineMs;
  // Without a readable `seen`, all that is known of a ready worker is that it booted in time.
  if (phase === 'ready') return now - (seenAt ?? launchedAt + bootDeadlineMs) > UNSEEN_MS;
  return false;
}
