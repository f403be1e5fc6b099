import type { LatencyFigures } from '../bench/statistics.ts';
import type { LoadReport } from './run-load.ts';

/** A promise of the service under load, and whether it held. */
export interface Verdict {
  promise: string;
  held: boolean;
}

/** A refusal is to take no longer, at the 99th percentile, in ms. */
const REFUSED_WITHIN_MS = 100;
/** A worker's, and the functions'. The launcher holds the embedded cloud, which keeps every result in memory. */
const FLAT_MB_PER_MINUTE = 3;

/** What was promised, judged by a report. */
export function verdictsOn(report: LoadReport): Verdict[] {
  const { unanswered, timeouts, refused, others, refusalMs, resultMs, memory, options } = report;
  const deadlineMs = options.deadline * 1000;
  const growing = memory.filter(
    ({ process, slopeMbPerMinute = 0 }) =>
      !process.startsWith('launcher') && slopeMbPerMinute > FLAT_MB_PER_MINUTE,
  );
  return [
    { promise: 'what is too much is refused, and by its code', held: refused > 0 && isEmpty(others) },
    {
      promise: `refusals come within ${REFUSED_WITHIN_MS} ms (p99)`,
      held: (refusalMs?.p99Ms ?? Number.POSITIVE_INFINITY) <= REFUSED_WITHIN_MS,
    },
    { promise: 'what is accepted is answered', held: unanswered === 0 },
    {
      promise: 'what is accepted is done within the deadline',
      held: timeouts === 0 && (resultMs?.maxMs ?? 0) <= deadlineMs,
    },
    {
      promise: `memory is flat (below ${FLAT_MB_PER_MINUTE} MB a minute in the second half)`,
      held: growing.length === 0,
    },
  ];
}

const isEmpty = (counts: object) => Object.keys(counts).length === 0;

/** The report for a person. */
export function textReport(report: LoadReport): string {
  const { options, capacity, rate, memory, machine, others } = report;
  const { seconds, factor, workers, engine, deadline } = options;
  const share = (count: number) => `${count} (${((100 * count) / report.asked).toFixed(1)} %)`;
  const times = (figures: LatencyFigures | undefined, unit: 's' | 'ms') =>
    figures === undefined
      ? 'none'
      : (['p50Ms', 'p95Ms', 'p99Ms', 'maxMs'] as const)
          .map((name) => {
            const value = unit === 's' ? (figures[name] / 1000).toFixed(1) : figures[name].toFixed(0);
            return `${name.replace('Ms', '')} ${value} ${unit}`;
          })
          .join(', ');
  const counts = { ...others, ...(report.unanswered > 0 && { unanswered: report.unanswered }) };
  return [
    `load: ${factor} × capacity for ${seconds} s, engine ${engine}, ${workers} workers, deadline ${deadline} s`,
    `  capacity   ${capacity.toFixed(1)} images a second; asked for ${rate.toFixed(1)}, ${report.asked} in all`,
    `  results    ${share(report.results)}, after ${times(report.resultMs, 's')}`,
    `  refused    ${share(report.refused)}, after ${times(report.refusalMs, 'ms')}`,
    `  TIMEOUT    ${share(report.timeouts)}`,
    ...(isEmpty(counts) ? [] : [`  others     ${JSON.stringify(counts)}`]),
    '  memory in MB: first, last, most, and a minute in the second half',
    ...memory.map(
      ({ process, firstMb, lastMb, mostMb, slopeMbPerMinute }) =>
        `    ${process.padEnd(44)} ${[firstMb, lastMb, mostMb].map((mb) => mb.toFixed(0).padStart(6)).join('')}  ${slopeMbPerMinute === undefined ? '' : `${slopeMbPerMinute >= 0 ? '+' : ''}${slopeMbPerMinute.toFixed(1)}`}`,
    ),
    ...verdictsOn(report).map(({ promise, held }) => `  ${held ? 'held   ' : 'BROKEN '}  ${promise}`),
    `machine: ${machine.cpu}, ${machine.cores} cores, load average ${machine.loadAverage} before`,
  ].join('\n');
}
