import type { Children } from '../../local/children.ts';
import type { Engine } from '../../worker/engines/engine.ts';
import { latencyPlot } from './latency-plot.ts';
import { openEngine, startsChoice } from './open-engine.ts';
import { deployedOf, type FleetOptions, fleetSettings, type TargetOptions } from './options.ts';
import { processRows, totalRssMb } from './process-rows.ts';
import type { Finding, Row } from './report.ts';
import { Series } from './series.ts';
import { LOADED, opened, type Rounds, serviceRounds } from './service-rounds.ts';
import { median } from './statistics.ts';
import { openTarget } from './target.ts';

export interface ServiceOptions extends TargetOptions, FleetOptions {
  duration: number;
  warmUp: number;
  rounds: number;
  /** Requests a second of the open loop; unset: four fifths of what the closed loop reached. */
  rate?: number;
}

/**
 * The whole path under sustained load. The bare engine is measured right before and after the service, so that a machine
 * whose speed drifts does not show in their ratio. The report's own figures are those at 40 requests at once.
 */
export async function benchService(children: Children, options: ServiceOptions): Promise<Finding> {
  const { rounds, duration, warmUp } = options;
  const span = { warmUpMs: warmUp * 1000, durationMs: duration * 1000 };
  const settings = fleetSettings(options);
  const deployed = deployedOf(options);
  // A deployed stage has cores of its own, which this machine's engine says nothing about.
  const engine = deployed ? undefined : await openEngine(startsChoice());
  const target = await openTarget(children, settings, deployed);
  const result = await serviceRounds(target, engine, { rounds, span });
  const rate = options.rate ?? Math.max(1, 0.8 * result.loaded.figures().imagesPerSecond);
  const open = new Series();
  open.add(await opened(target, rate, span));
  await target.stop();
  await engine?.dispose();
  const configuration = { ...(deployed ? { ws: deployed.ws } : settings), rounds, duration, warmUp };
  return findingOf(
    result,
    engine,
    { name: `open loop, ${rate.toFixed(1)} a second`, series: open },
    configuration,
  );
}

function findingOf(
  { bare, bareCost, loaded, lighter, ratios, strain }: Rounds,
  engine: Engine | undefined,
  open: { name: string; series: Series },
  configuration: Finding['configuration'],
): Finding {
  const ratio = ratios.length > 0 ? { engineRatio: median(ratios) } : {};
  const closed = [
    { name: `${LOADED} at once`, series: loaded },
    ...[...lighter].map(([atOnce, series]) => ({ name: `${atOnce} at once`, series })),
  ];
  const rows: Row[] = [
    ...(engine ? [{ name: 'the engine alone', ...bare.figures(), ...bareCost }] : []),
    ...[...closed, open].map(({ name, series }) => ({
      name,
      ...series.figures(),
      ...(series === loaded && ratio),
    })),
    ...(strain ? processRows(strain) : []),
  ];
  return {
    mode: 'service',
    ...(engine && { engine: engine.name, precision: engine.precision }),
    ...loaded.figures(),
    ...ratio,
    ...(strain && totalRssMb(strain)),
    rows,
    configuration,
    notes: engine
      ? [`× engine: the median of the rounds (${ratios.map((one) => one.toFixed(3)).join(', ')}).`]
      : [],
    plots: [
      latencyPlot(
        Object.fromEntries([...closed, open].map(({ name, series }) => [name, series.latenciesMs])),
      ),
    ],
  };
}
