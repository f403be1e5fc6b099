import type { Children } from '../../local/children.ts';
import { atPhase, settled } from './fleet-health.ts';
import { latencyPlot } from './latency-plot.ts';
import { burst } from './load.ts';
import { deployedOf, type TargetOptions } from './options.ts';
import { tell } from './progress.ts';
import { type Finding, figuresOf, type Row } from './report.ts';
import { Tally, type TallyFigures } from './tally.ts';
import { openTarget, type Target } from './target.ts';

export const SCENARIOS = ['fleet', 'worker', 'zero'] as const;
export type Scenario = (typeof SCENARIOS)[number];

export interface PaperOptions extends TargetOptions {
  from: readonly Scenario[];
  workers: number;
  /** Of a simulated machine, s. */
  bootSeconds: number;
  phases: number;
}

const REQUESTS = 40;
const TIMEOUT_MS = 120_000;
const TICK_MS = 5_000;
const SEED: Row = { name: 'the seed’s own figures', answered: 38, timedOut: 2, meanMs: 50_000 };
const NAMES = { fleet: 'from a warm fleet', worker: 'from one warm worker', zero: 'from zero' } as const;

/**
 * The seed's experiment: 40 requests at once, for 40 URLs, with a limit of 120 s; at moments that lie evenly between two
 * ticks of the load balancer, which decide how soon it sees them.
 */
export async function benchPaper(children: Children, options: PaperOptions): Promise<Finding> {
  const { workers, bootSeconds, phases } = options;
  const deployed = deployedOf(options);
  const rows: Row[] = [];
  const latencies: Record<string, readonly number[]> = {};
  const add = (name: string, bursts: readonly Tally[], seconds: number) => {
    rows.push({ name, ...worstOf(bursts, seconds) });
    latencies[name] = bursts.flatMap(({ latenciesMs }) => latenciesMs);
  };
  for (const scenario of deployed ? [] : options.from) {
    const warm = { fleet: workers, worker: 1, zero: 0 }[scenario];
    const settings = {
      MIN_WORKERS: String(warm),
      MAX_WORKERS: String(workers),
      LOCAL_BOOT_MS: String(scenario === 'fleet' ? 0 : bootSeconds * 1000),
      // How soon workers go again, so that the next burst finds the fleet as this one did; not how soon they come.
      STABILISATION_SECONDS: '10',
    };
    const target = await openTarget(children, settings, undefined);
    const { bursts, seconds } = await burstsOn(target, phases, NAMES[scenario], () =>
      settled(target.http, warm),
    );
    add(NAMES[scenario], bursts, seconds);
    await target.stop();
  }
  if (deployed) {
    const target = await openTarget(children, {}, deployed);
    const name = 'the deployed stage as it was';
    const { bursts, seconds } = await burstsOn(target, phases, name, async () => {});
    add(name, bursts, seconds);
  }
  const [first] = rows;
  return {
    mode: 'paper',
    ...(first && figuresOf(first)),
    rows: [...rows, SEED],
    configuration: { requests: REQUESTS, timeoutSeconds: 120, workers, bootSeconds, phases },
    notes: [
      `Of ${phases} bursts each: answered, timed out and errors are those of the worst burst, the latencies those of all.`,
    ],
    plots: [latencyPlot(latencies)],
  };
}

async function burstsOn(
  target: Target,
  phases: number,
  name: string,
  ready: () => Promise<void>,
): Promise<{ bursts: Tally[]; seconds: number }> {
  const bursts: Tally[] = [];
  const lengths: number[] = [];
  for (let phase = 0; phase < phases; phase++) {
    tell(`${name}: burst ${phase + 1} of ${phases}, when the fleet is as it was`);
    await ready();
    const sockets = await target.connect(REQUESTS);
    await atPhase(((phase + 0.5) / phases) * TICK_MS, TICK_MS);
    const { tally, seconds } = await burst({ sockets, nextUrl: target.nextUrl, timeoutMs: TIMEOUT_MS });
    for (const socket of sockets) socket.close();
    bursts.push(tally);
    lengths.push(seconds);
    tell(`${name}: ${tally.latenciesMs.length} answered in ${seconds.toFixed(1)} s`);
  }
  return { bursts, seconds: lengths.reduce((sum, length) => sum + length, 0) };
}

function worstOf(bursts: readonly Tally[], seconds: number): TallyFigures {
  const all = new Tally();
  for (const tally of bursts) all.addAll(tally);
  const each = bursts.map((tally) => tally.figures(1));
  return {
    ...all.figures(seconds),
    answered: Math.min(...each.map(({ answered }) => answered)),
    timedOut: Math.max(...each.map(({ timedOut }) => timedOut)),
    errors: Math.max(...each.map(({ errors }) => errors)),
  };
}
