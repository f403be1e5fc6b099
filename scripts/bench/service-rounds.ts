import type { Engine } from '../../worker/engines/engine.ts';
import { runEngine, type Span } from './engine-run.ts';
import { closedLoop, type Load, type Measured, openLoop } from './load.ts';
import { makePhotos } from './photos.ts';
import type { Strain } from './process-rows.ts';
import { tell } from './progress.ts';
import type { Figures } from './report.ts';
import { Series } from './series.ts';
import { mean } from './statistics.ts';
import { underStrain } from './strain.ts';
import type { Target } from './target.ts';
import { warmUpService } from './warm-up.ts';

/** Requests at once at which the service is judged. */
export const LOADED = 40;
const LIGHTER = [8, 1];
const OPEN_SOCKETS = 16;
const TIMEOUT_MS = 120_000;

/** What the rounds gave. */
export interface Rounds {
  bare: Series;
  /** In its last run. */
  bareCost: Pick<Figures, 'cpuMsPerImage'>;
  loaded: Series;
  /** By how many requests at once. */
  lighter: ReadonlyMap<number, Series>;
  /** Of the service at {@link LOADED} to the bare engine, one a round. */
  ratios: number[];
  /** Of the last round at {@link LOADED}. */
  strain: Strain | undefined;
}

/**
 * In each round the service at 40 requests at once between two measurements of the bare engine, and then at fewer.
 * @param engine undefined where none is to be measured
 */
export async function serviceRounds(
  target: Target,
  engine: Engine | undefined,
  { rounds, span }: { rounds: number; span: Span },
): Promise<Rounds> {
  const photos = await makePhotos();
  const bare = new Series();
  const loaded = new Series();
  const lighter = new Map(LIGHTER.map((atOnce) => [atOnce, new Series()]));
  const ratios: number[] = [];
  let strain: Strain | undefined;
  let bareCost: Rounds['bareCost'] = {};
  const runBare = async () => {
    if (!engine) return undefined;
    tell('the engine alone');
    const before = process.cpuUsage();
    const measured = await runEngine(engine, photos, span);
    const { user, system } = process.cpuUsage(before);
    bareCost = { cpuMsPerImage: (user + system) / 1000 / measured.total };
    return bare.add(measured);
  };
  await warmUpService(target, LOADED, span, engine ? 'own' : 'deployed');
  for (let round = 1; round <= rounds; round++) {
    tell(`round ${round} of ${rounds}`);
    const before = await runBare();
    const strained = await underStrain(target, () => closed(target, LOADED, span));
    ({ strain } = strained);
    const service = loaded.add(strained.measured);
    const after = await runBare();
    if (before && after) ratios.push(service / mean([before, after]));
    for (const [atOnce, series] of lighter) series.add(await closed(target, atOnce, span));
  }
  return { bare, bareCost, loaded, lighter, ratios, strain };
}

/** @param rate requests a second */
export function opened(target: Target, rate: number, span: Span): Promise<Measured> {
  tell(`open loop, ${rate.toFixed(1)} a second`);
  return withSockets(target, OPEN_SOCKETS, span, (load) => openLoop(load, rate));
}

/** So many clients, each with one request under way. */
export function closed(target: Target, atOnce: number, span: Span): Promise<Measured> {
  tell(`${atOnce} at once`);
  return withSockets(target, atOnce, span, closedLoop);
}

async function withSockets(
  target: Target,
  count: number,
  span: Span,
  run: (load: Load) => Promise<Measured>,
): Promise<Measured> {
  const sockets = await target.connect(count);
  const measured = await run({ ...span, sockets, nextUrl: target.nextUrl, timeoutMs: TIMEOUT_MS });
  for (const socket of sockets) socket.close();
  return measured;
}
