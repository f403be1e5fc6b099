import { resolve } from 'node:path';
import { InvalidArgumentError } from 'commander';
import type { Children } from '../../local/children.ts';
import type { Span } from './engine-run.ts';
import { latencyPlot } from './latency-plot.ts';
import { closedLoop, type Measured } from './load.ts';
import { deployedOf, type FleetOptions, fleetSettings, type TargetOptions } from './options.ts';
import { plainPhoto } from './photos.ts';
import { processRows, type Strain, totalCpuMs, totalRssMb } from './process-rows.ts';
import { profileRows, profileSettings } from './profile.ts';
import { tell } from './progress.ts';
import { type Finding, figuresOf, type Row } from './report.ts';
import { underStrain } from './strain.ts';
import { openTarget, type Target } from './target.ts';
import { warmUpService } from './warm-up.ts';

export interface OverheadOptions extends TargetOptions, FleetOptions {
  duration: number;
  warmUp: number;
  concurrency: readonly number[];
  /** A folder for the processes' CPU profiles; unset, none are made. */
  profile?: string;
}

export const CONCURRENCIES: readonly number[] = [1, 8, 64];
const TIMEOUT_MS = 120_000;

/**
 * What the service costs beside the engine, whose place one takes that answers at once. The report's own latencies are
 * those of a lone request, its images/s those of the highest concurrency: messages/s.
 */
export async function benchOverhead(children: Children, options: OverheadOptions): Promise<Finding> {
  const settings = { ...fleetSettings(options), ENGINE: 'echo', ECHO_MS: '0' };
  const span = { warmUpMs: options.warmUp * 1000, durationMs: options.duration * 1000 };
  const deployed = deployedOf(options);
  if (deployed && options.profile !== undefined)
    throw new InvalidArgumentError('--profile is for a service of the bench’s own, not for a deployed one.');
  const profiling = options.profile ? await profileSettings(resolve(options.profile)) : {};
  const target = await openTarget(children, { ...settings, ...profiling }, deployed, [await plainPhoto()]);
  const rows: Row[] = [];
  const strains: Strain[] = [];
  const latencies: Record<string, readonly number[]> = {};
  await warmUpService(target, Math.max(...options.concurrency), span, deployed ? 'deployed' : 'own');
  for (const concurrency of options.concurrency) {
    tell(`${concurrency} at once, ${options.duration} s`);
    const { measured, strain } = await underStrain(target, () => loaded(target, concurrency, span));
    strains.push(strain);
    const figures = { ...measured.tally.figures(measured.seconds), ...totalCpuMs(strain) };
    rows.push({ name: `${concurrency} at once`, ...figures });
    latencies[`${concurrency} at once`] = measured.tally.latenciesMs;
  }
  const profile = await profileOf(target, profiling.CPU_PROFILES, options.concurrency.at(-1), span);
  await target.stop();
  const [lone] = rows;
  const strain = strains.at(-1);
  return {
    mode: 'overhead',
    ...(lone && figuresOf(lone)),
    imagesPerSecond: rows.at(-1)?.imagesPerSecond ?? 0,
    errors: rows.reduce((sum, { errors = 0 }) => sum + errors, 0),
    ...(strain && totalRssMb(strain)),
    rows: [...rows, ...(strain ? processRows(strain) : []), ...profile],
    configuration: {
      ...(deployed ? { ws: deployed.ws } : settings),
      duration: options.duration,
      warmUp: options.warmUp,
    },
    notes: deployed
      ? ['A deployed stage answers with its own engine, whose time is in the figures.']
      : [
          'images/s are messages/s: the engine answers without looking. The image is plain, so that it is fetched and decoded, but decoded in no time.',
        ],
    plots: [latencyPlot(latencies)],
  };
}

async function loaded(target: Target, concurrency: number, span: Span): Promise<Measured> {
  const sockets = await target.connect(concurrency);
  const measured = await closedLoop({ ...span, sockets, nextUrl: target.nextUrl, timeoutMs: TIMEOUT_MS });
  for (const socket of sockets) socket.close();
  return measured;
}

/** After the figures, since a profile costs time itself. */
async function profileOf(
  target: Target,
  dir: string | undefined,
  concurrency: number | undefined,
  span: Span,
): Promise<Row[]> {
  if (dir === undefined || concurrency === undefined) return [];
  tell(`${concurrency} at once, profiled into ${dir}`);
  return profileRows(target, dir, () => loaded(target, concurrency, span));
}
