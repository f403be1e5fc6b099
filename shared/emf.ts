import type { ErrorCode } from './errors.ts';

/**
 * Every metric, with its unit as CloudWatch names it. Each costs by the hour in which it has a value: those that are mostly
 * nought are left out then.
 */
export const METRICS = {
  // By the functions that are asked, and by workers
  /** Requests that were queued. */
  Accepted: 'Count',
  /** Requests that were told how they ended: a result, an error, or a refusal; and other calls in which we failed. */
  Answered: 'Count',
  /** Requests that workers gave up and parked. */
  DeadLetters: 'Count',
  /** Results that workers had remembered what they took. */
  CacheHits: 'Count',
  // By workers, of each result
  QueueMs: 'Milliseconds',
  DownloadMs: 'Milliseconds',
  /** This one and the next not of what was remembered. */
  DecodeMs: 'Milliseconds',
  InferenceMs: 'Milliseconds',
  /** From acceptance to the outcome. */
  TotalMs: 'Milliseconds',
  // By the load balancer, each tick
  Backlog: 'Count',
  WorkersReady: 'Count',
  WorkersBooting: 'Count',
  WorkersDraining: 'Count',
  WorkersParked: 'Count',
  MachinesLaunched: 'Count',
  WorkersDismissed: 'Count',
  MachinesEnded: 'Count',
  FailedBoots: 'Count',
  FailedBootsInARow: 'Count',
} as const;

/** Those of the table, and the errors that clients were told, by code. */
export type MetricName = keyof typeof METRICS | `Errors_${ErrorCode}`;
/** Metrics by name: a value, or several. */
export type Metrics = Readonly<Partial<Record<MetricName, number | readonly number[]>>>;

export const METRICS_NAMESPACE = 'ClassifyCloud';
/** The most values that CloudWatch takes of one metric in one line. */
export const MOST_VALUES = 100;

const unitOf = (name: string): string =>
  (name in METRICS && METRICS[name as keyof typeof METRICS]) || 'Count';

/**
 * The fields that make a line of the log carry metrics: CloudWatch's Embedded Metric Format, read from the log itself, so
 * that a metric costs no call. Namespace `ClassifyCloud`, dimension `stage`.
 * (https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html)
 * @param metrics at most {@link MOST_VALUES} of each
 * @param at ms since the epoch
 */
export function embedMetrics(stage: string, metrics: Metrics, at = Date.now()): Record<string, unknown> {
  const Metrics = Object.keys(metrics).map((Name) => ({ Name, Unit: unitOf(Name) }));
  return {
    _aws: {
      Timestamp: at,
      CloudWatchMetrics: [{ Namespace: METRICS_NAMESPACE, Dimensions: [['stage']], Metrics }],
    },
    stage,
    ...metrics,
  };
}
