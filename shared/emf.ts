/** A metric's unit, as CloudWatch names it. */
export type MetricUnit = 'Count' | 'Milliseconds' | 'Bytes' | 'Percent' | 'Count/Second';
/** Metrics by name: a value, or several, and their unit. */
export type Metrics = Readonly<
  Record<string, readonly [value: number | readonly number[], unit: MetricUnit]>
>;

export const METRICS_NAMESPACE = 'ClassifyCloud';

/**
 * The fields that make a line of the log carry metrics: CloudWatch's Embedded Metric Format, read from the log itself, so
 * that a metric costs no call. Namespace `ClassifyCloud`, dimension `stage`.
 * (https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html)
 * @param at ms since the epoch
 */
export function embedMetrics(stage: string, metrics: Metrics, at = Date.now()): Record<string, unknown> {
  const Metrics = Object.entries(metrics).map(([Name, [, Unit]]) => ({ Name, Unit }));
  const values = Object.entries(metrics).map(([name, [value]]) => [name, value]);
  return {
    _aws: {
      Timestamp: at,
      CloudWatchMetrics: [{ Namespace: METRICS_NAMESPACE, Dimensions: [['stage']], Metrics }],
    },
    stage,
    ...Object.fromEntries(values),
  };
}
