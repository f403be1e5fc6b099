import { z } from 'zod';

const counts = z.record(z.string(), z.number());

/** What a run found. */
export const chaosReport = z.object({
  jobs: z.int(),
  seed: z.int(),
  engine: z.string(),
  seconds: z.number(),
  /** Request ids: told `accepted`, taken by the queue, stored. */
  accepted: z.int(),
  queued: z.int(),
  stored: z.int(),
  /** Stored outcomes by `result` or the error's code. */
  outcomes: counts,
  /** Seconds from acceptance to storing. */
  storedAfter: z.object({ p50: z.number(), p99: z.number(), max: z.number() }),
  cloud: z.object({
    calls: z.int(),
    /** Calls that met a fault, without those that were merely late. */
    faults: z.int(),
    faultShare: z.number(),
    byKind: counts,
    deliveries: counts,
    /** Of 2 to 5 s each. */
    outages: counts,
  }),
  workers: counts,
  network: counts,
  clients: counts,
  /** What broke a promise; empty where all held. */
  violations: z.array(z.string()),
});
export type ChaosReport = z.infer<typeof chaosReport>;

const SHOWN_VIOLATIONS = 20;

/** The report for a person. */
export function textReport(report: ChaosReport): string {
  const { cloud, storedAfter, violations } = report;
  const list = (values: Record<string, number>) =>
    Object.entries(values)
      .map(([name, count]) => `${name} ${count}`)
      .join(', ') || 'none';
  const lines: [string, string][] = [
    ['requests', `${report.queued} queued, ${report.accepted} told so, ${report.stored} stored`],
    ['outcomes', list(report.outcomes)],
    [
      'stored after',
      `p50 ${storedAfter.p50.toFixed(1)} s, p99 ${storedAfter.p99.toFixed(1)} s, max ${storedAfter.max.toFixed(1)} s`,
    ],
    [
      'calls',
      `${cloud.calls}, of which ${cloud.faults} met a fault (${(cloud.faultShare * 100).toFixed(1)} %)`,
    ],
    ['faults', list(cloud.byKind)],
    ['outages', list(cloud.outages)],
    ['deliveries', list(cloud.deliveries)],
    ['workers', list(report.workers)],
    ['network', list(report.network)],
    ['clients', list(report.clients)],
  ];
  const width = Math.max(...lines.map(([name]) => name.length)) + 2;
  const { jobs, seed, engine, seconds } = report;
  const verdict =
    violations.length === 0
      ? 'Nothing was lost: exactly one outcome is stored for each request, and all who asked were told it.'
      : `${violations.length} promises were broken:`;
  return [
    `chaos: ${jobs} jobs, seed ${seed}, engine ${engine}, ${seconds.toFixed(0)} s`,
    ...lines.map(([name, text]) => `  ${name.padEnd(width)}${text}`),
    verdict,
    ...violations.slice(0, SHOWN_VIOLATIONS).map((violation) => `  ${violation}`),
    ...(violations.length > SHOWN_VIOLATIONS ? [`  and ${violations.length - SHOWN_VIOLATIONS} more`] : []),
  ].join('\n');
}
