import type { Trace } from './assumptions.ts';
import { billedSeconds } from './machine.ts';
import type { World } from './world.ts';

/** What came of a policy on a trace. Latencies are of the requests answered; null where none was. */
export interface Figures {
  policy: string;
  trace: string;
  requests: number;
  answered: number;
  timedOut: number;
  /** Share of all requests that were answered within the SLO, in %. */
  sloPercent: number;
  meanMs: number | null;
  p50Ms: number | null;
  p95Ms: number | null;
  p99Ms: number | null;
  maxMs: number | null;
  /** As EC2 bills: by the second from the launch, a minute at least. */
  instanceSeconds: number;
  /** Machines launched, and machines ended, without those there at the beginning and at the end. */
  launches: number;
  terminations: number;
  busyKilled: number;
  /** Averaged over the simulation; one that is shorter counts as ten minutes, for it saw no more than it saw. */
  reversalsPer10Min: number;
  launchesWhilePendingSufficed: number;
}

const TEN_MINUTES_MS = 600_000;

export function figuresOf(
  world: World,
  policy: string,
  trace: Trace,
  launchesWhilePendingSufficed: number,
): Figures {
  const { jobs, machines, acts, assumptions, now } = world;
  const latencies = jobs.tookMs.filter((ms) => !Number.isNaN(ms)).sort();
  const requests = jobs.arrivals.length;
  const inTime = latencies.filter((ms) => ms <= assumptions.sloSeconds * 1000).length;
  /** Nearest rank. */
  const percentile = (share: number) =>
    latencies[Math.max(1, Math.ceil(share * latencies.length - 1e-9)) - 1] ?? null;
  const ordered = acts.toSorted((a, b) => a.at - b.at);
  const reversals = ordered.filter(
    ({ kind }, index) => index > 0 && ordered[index - 1]?.kind !== kind,
  ).length;
  return {
    policy,
    trace: trace.name,
    requests,
    answered: latencies.length,
    timedOut: requests - latencies.length,
    sloPercent: requests === 0 ? 100 : rounded((100 * inTime) / requests),
    meanMs:
      latencies.length === 0 ? null : rounded(latencies.reduce((sum, ms) => sum + ms, 0) / latencies.length),
    p50Ms: percentile(0.5),
    p95Ms: percentile(0.95),
    p99Ms: percentile(0.99),
    maxMs: percentile(1),
    instanceSeconds: machines.reduce((sum, machine) => sum + billedSeconds(machine, now), 0),
    launches: acts.reduce((sum, { kind, machines: count }) => sum + (kind === 'out' ? count : 0), 0),
    terminations: machines.filter(({ endedAt }) => endedAt <= now).length,
    busyKilled: world.busyKilled,
    reversalsPer10Min: rounded((reversals * TEN_MINUTES_MS) / Math.max(now, TEN_MINUTES_MS)),
    launchesWhilePendingSufficed,
  };
}

const rounded = (value: number) => Math.round(value * 1000) / 1000;
