/** Latencies in ms. */
export interface LatencyFigures {
  p50Ms: number;
  p95Ms: number;
  p99Ms: number;
  meanMs: number;
  maxMs: number;
}

/**
 * The smallest value that `share` of all are not above (nearest rank): always one that was measured.
 * @param sorted ascending, at least one
 * @param share 0..1
 */
export function percentile(sorted: readonly number[], share: number): number {
  const rank = Math.max(1, Math.ceil(share * sorted.length - 1e-9));
  const value = sorted[Math.min(rank, sorted.length) - 1];
  if (value === undefined) throw new RangeError('no values');
  return value;
}

/** @returns `undefined` where there is nothing to tell */
export function latencyFigures(latenciesMs: readonly number[]): LatencyFigures | undefined {
  if (latenciesMs.length === 0) return undefined;
  const sorted = latenciesMs.toSorted((a, b) => a - b);
  return {
    p50Ms: percentile(sorted, 0.5),
    p95Ms: percentile(sorted, 0.95),
    p99Ms: percentile(sorted, 0.99),
    meanMs: mean(sorted),
    maxMs: percentile(sorted, 1),
  };
}

/** @throws RangeError where there are none */
export function mean(values: readonly number[]): number {
  if (values.length === 0) throw new RangeError('no values');
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** The middle value, or the mean of the two in the middle. @throws RangeError where there are none */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const above = Math.floor(sorted.length / 2);
  return mean(sorted.length % 2 === 1 ? sorted.slice(above, above + 1) : sorted.slice(above - 1, above + 1));
}
