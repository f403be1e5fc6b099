import type { Plot, Series } from './plot.ts';
import { percentile } from './statistics.ts';

const SHARES = [...Array.from({ length: 99 }, (_, index) => (index + 1) / 100), 0.995, 0.999, 1];

/** Latency by percentile, a line for each measurement. @param latenciesMs ms, by what was measured */
export function latencyPlot(latenciesMs: Readonly<Record<string, readonly number[]>>): Plot {
  const series = Object.entries(latenciesMs).flatMap(([label, values]): Series[] => {
    if (values.length === 0) return [];
    const sorted = values.toSorted((a, b) => a - b);
    return [{ label, points: SHARES.map((share) => [share * 100, percentile(sorted, share)] as const) }];
  });
  return { kind: 'lines', title: 'Latency by percentile', xLabel: 'percentile', unit: 'ms', series };
}
