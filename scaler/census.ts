import type { Machine } from './machine.ts';

/** A worker says every 60 s that it lives; three times missed, it does not. In ms. */
export const UNSEEN_MS = 180_000;

/** The workers by phase; a lost one is in none of them. */
export interface Census {
  booting: Machine[];
  ready: Machine[];
  draining: Machine[];
  /** Drained, and running until they are stopped. */
  parking: Machine[];
  /** The warm pool: stopped, or being stopped. */
  pool: Machine[];
  /** Not ready in time, or not heard of for 3 minutes: to be ended, not to be counted. */
  lost: Machine[];
  /** Mean of the ready workers' own measurements, in ms a job; null while none has one. */
  serviceMs: number | null;
}

export interface CensusTimes {
  /** ms since the epoch */
  now: number;
  /**
   * Since when ticks have come regularly, in ms since the epoch. Where they did not, the clock may have jumped, or this
   * computer may have slept, and all workers would look silent: what was before does not count as silence.
   */
  steadySince: number;
  bootDeadlineSeconds: number;
}

/** Sorts the machines. */
export function takeCensus(machines: readonly Machine[], times: CensusTimes): Census {
  const lost = new Set(machines.filter((machine) => isLost(machine, times)));
  const inPhase = (...phases: Machine['phase'][]) =>
    machines.filter((machine) => phases.includes(machine.phase) && !lost.has(machine));
  const ready = inPhase('ready');
  const measured = ready.flatMap(({ serviceMs }) => serviceMs ?? []);
  return {
    booting: inPhase('booting'),
    ready,
    draining: inPhase('draining'),
    parking: inPhase('parking'),
    pool: inPhase('stopping', 'stopped'),
    lost: [...lost],
    serviceMs: measured.length === 0 ? null : measured.reduce((sum, ms) => sum + ms) / measured.length,
  };
}

function isLost({ phase, launchedAt, seenAt }: Machine, times: CensusTimes): boolean {
  const { now, steadySince, bootDeadlineSeconds } = times;
  const bootDeadlineMs = bootDeadlineSeconds * 1000;
  const since = (time: number) => now - Math.max(time, steadySince);
  switch (phase) {
    case 'booting':
      return since(launchedAt ?? now) > bootDeadlineMs;
    case 'ready':
    case 'draining':
    case 'parking':
      // Without a readable `seen`, all that is known of it is that it booted in time.
      return since(seenAt ?? (launchedAt ?? now) + bootDeadlineMs) > UNSEEN_MS;
    default:
      return false;
  }
}
