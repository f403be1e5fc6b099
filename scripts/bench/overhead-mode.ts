import type { Children } from '../../local/children.ts';
import { latencyPlot } from './latency-plot.ts';
import { closedLoop } from './load.ts';
import { memoryRows, totalRssMb } from './memory-rows.ts';
import { deployedOf, type FleetOptions, fleetSettings, type TargetOptions } from './options.ts';
import { tell } from './progress.ts';
import type { Finding, Row } from './report.ts';
import { openTarget } from './target.ts';

export interface OverheadOptions extends TargetOptions, FleetOptions {
  duration: number;
  warmUp: number;
  concurrency: readonly number[];
}

export const CONCURRENCIES: readonly number[] = [1, 8, 64];
const TIMEOUT_MS = 120_000;

/**
 * What the service costs beside the engine, whose place one takes that answers at once. The report's own latencies are
 * those of a lone request, its images/s those of the highest concurrency: messages/s.
 */
export async function benchOverhead(children: Children, options: OverheadOptions): Promise<Finding> {
  const settings = { ...fleetSettings(options), ENGINE: 'echo', ECHO_MS: '0' };
  const target = await openTarget(children, settings, deployedOf(options));
  const rows: Row[] = [];
  const latencies: Record<string, readonly number[]> = {};
  for (const concurrency of options.concurrency) {
    tell(`${concurrency} at once, ${options.duration} s`);
    const sockets = await target.connect(concurrency);
    const { tally, seconds } = await closedLoop({
      sockets,
      nextUrl: target.nextUrl,
      timeoutMs: TIMEOUT_MS,
      warmUpMs: options.warmUp * 1000,
      durationMs: options.duration * 1000,
    });
    for (const socket of sockets) socket.close();
    rows.push({ name: `${concurrency} at once`, ...tally.figures(seconds) });
    latencies[`${concurrency} at once`] = tally.latenciesMs;
  }
  const processes = await target.processes();
  await target.stop();
  const [lone] = rows;
  return {
    mode: 'overhead',
    engine: 'echo',
    ...lone,
    imagesPerSecond: rows.at(-1)?.imagesPerSecond ?? 0,
    errors: rows.reduce((sum, { errors = 0 }) => sum + errors, 0),
    ...totalRssMb(processes),
    rows: [...rows, ...memoryRows(processes)],
    configuration: { ...settings, duration: options.duration, warmUp: options.warmUp },
    notes: [
      'images/s are messages/s: the engine answers without looking at the image, which is fetched and decoded all the same.',
    ],
    plots: [latencyPlot(latencies)],
  };
}
