import type { Children } from '../../local/children.ts';
import { runEngine, type Span } from './engine-run.ts';
import { latencyPlot } from './latency-plot.ts';
import { closedLoop, type Measured, openLoop } from './load.ts';
import { memoryRows, totalRssMb } from './memory-rows.ts';
import { openEngine, startsChoice } from './open-engine.ts';
import { deployedOf, type FleetOptions, fleetSettings, type TargetOptions } from './options.ts';
import { makePhotos } from './photos.ts';
import { tell } from './progress.ts';
import type { Finding, Row } from './report.ts';
import { Series } from './series.ts';
import { mean, median } from './statistics.ts';
import { openTarget, type Target } from './target.ts';

export interface ServiceOptions extends TargetOptions, FleetOptions {
  duration: number;
  warmUp: number;
  rounds: number;
  /** Requests a second of the open loop; unset: four fifths of what the closed loop reached. */
  rate?: number;
}

const LOADED = 40;
const CONCURRENCIES = [LOADED, 8, 1];
const OPEN_SOCKETS = 16;
const TIMEOUT_MS = 120_000;

/**
 * The whole path under sustained load. In each round the bare engine is measured right before and after the service at
 * 40 requests at once, so that a machine whose speed drifts does not show in their ratio. The report's own figures are
 * those at 40 at once.
 */
export async function benchService(children: Children, options: ServiceOptions): Promise<Finding> {
  const span = { warmUpMs: options.warmUp * 1000, durationMs: options.duration * 1000 };
  const settings = fleetSettings(options);
  const deployed = deployedOf(options);
  // A deployed stage has cores of its own, which this machine's engine says nothing about.
  const engine = deployed ? undefined : await openEngine(startsChoice());
  const photos = await makePhotos();
  const target = await openTarget(children, settings, deployed);
  const bare = new Series();
  const ratios: number[] = [];
  const byConcurrency = new Map(CONCURRENCIES.map((concurrency) => [concurrency, new Series()]));
  const runBare = async () => {
    if (!engine) return undefined;
    tell(`the engine alone, ${options.duration} s`);
    return bare.add(await runEngine(engine, photos, span));
  };

  for (let round = 1; round <= options.rounds; round++) {
    tell(`round ${round} of ${options.rounds}`);
    const before = await runBare();
    const loaded = byConcurrency.get(LOADED)?.add(await closed(target, LOADED, span));
    const after = await runBare();
    if (before && after && loaded) ratios.push(loaded / mean([before, after]));
    for (const concurrency of CONCURRENCIES.slice(1))
      byConcurrency.get(concurrency)?.add(await closed(target, concurrency, span));
  }
  const loaded = byConcurrency.get(LOADED) ?? new Series();
  const rate = options.rate ?? Math.max(1, 0.8 * loaded.figures().imagesPerSecond);
  const open = new Series();
  open.add(await opened(target, rate, span));
  const processes = await target.processes();
  await target.stop();
  await engine?.dispose();

  const ratio = ratios.length > 0 ? { engineRatio: median(ratios) } : {};
  const openName = `open loop, ${rate.toFixed(1)} a second`;
  const rows: Row[] = [
    ...(engine ? [{ name: 'the engine alone', ...bare.figures() }] : []),
    { name: `${LOADED} at once`, ...loaded.figures(), ...ratio },
    ...CONCURRENCIES.slice(1).map((concurrency) => ({
      name: `${concurrency} at once`,
      ...byConcurrency.get(concurrency)?.figures(),
    })),
    { name: openName, ...open.figures() },
    ...memoryRows(processes),
  ];
  return {
    mode: 'service',
    ...(engine && { engine: engine.name, precision: engine.precision }),
    ...loaded.figures(),
    ...ratio,
    ...totalRssMb(processes),
    rows,
    configuration: {
      ...settings,
      rounds: options.rounds,
      duration: options.duration,
      warmUp: options.warmUp,
    },
    notes: [
      `× engine: the median of ${ratios.length} rounds (${ratios.map((one) => one.toFixed(3)).join(', ')}).`,
    ],
    plots: [
      latencyPlot({
        ...Object.fromEntries(
          [...byConcurrency].map(([n, { latenciesMs }]) => [`${n} at once`, latenciesMs]),
        ),
        [openName]: open.latenciesMs,
      }),
    ],
  };
}

async function closed(target: Target, concurrency: number, span: Span): Promise<Measured> {
  tell(`${concurrency} at once`);
  const sockets = await target.connect(concurrency);
  const measured = await closedLoop({ ...span, sockets, nextUrl: target.nextUrl, timeoutMs: TIMEOUT_MS });
  for (const socket of sockets) socket.close();
  return measured;
}

async function opened(target: Target, rate: number, span: Span): Promise<Measured> {
  tell(`open loop, ${rate.toFixed(1)} a second`);
  const sockets = await target.connect(OPEN_SOCKETS);
  const measured = await openLoop({ ...span, sockets, nextUrl: target.nextUrl, timeoutMs: TIMEOUT_MS }, rate);
  for (const socket of sockets) socket.close();
  return measured;
}
