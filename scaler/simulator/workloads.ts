import { type Random, seededRandom } from '../../shared/random.ts';
import type { Trace } from './assumptions.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

/** Arrivals a second at a time in ms. */
type Rate = (at: number) => number;

/** Random arrivals at a rate that changes: a Poisson stream, thinned (Lewis and Shedler, 1979). */
function poisson(rate: Rate, highest: number, durationMs: number, random: Random): number[] {
  const arrivals: number[] = [];
  for (let at = random.exponential(1000 / highest); at < durationMs; at += random.exponential(1000 / highest))
    if (random.uniform() * highest < rate(at)) arrivals.push(at);
  return arrivals;
}

/** From 0 to 1 and back within a period, with its top in the middle. */
const wave = (at: number, period: number) => (1 - Math.cos((2 * Math.PI * at) / period)) / 2;

/** A crowd of 250 a second that comes within seconds, stays for three minutes and loses interest. */
function crowd(sinceMs: number): number {
  if (sinceMs < 0) return 0;
  const arrived = Math.min(1, sinceMs / 10_000);
  return 250 * arrived * Math.exp(-Math.max(0, sinceMs - 3 * MINUTE) / (2 * MINUTE));
}

interface Workload {
  durationMs: number;
  about: string;
  arrivals(random: Random): number[];
}

const stream = (about: string, durationMs: number, highest: number, rate: Rate): Workload => ({
  about,
  durationMs,
  arrivals: (random) => poisson(rate, highest, durationMs, random),
});

/** The workloads that a simulation knows by name. */
export const WORKLOADS = {
  steady: stream('100 requests a second for half an hour', HOUR / 2, 100, () => 100),
  diurnal: stream(
    'a day in two hours, 5 to 200 a second',
    2 * HOUR,
    200,
    (at) => 5 + 195 * wave(at, 2 * HOUR),
  ),
  'burst-40': {
    about: '40 requests at once after a minute, as in the paper; ten minutes',
    durationMs: 10 * MINUTE,
    arrivals: () => Array.from({ length: 40 }, () => MINUTE),
  },
  'flash-crowd': stream(
    '5 a second, and after 10 and after 40 minutes a crowd of 250 a second; an hour',
    HOUR,
    255,
    (at) => 5 + Math.max(crowd(at - 10 * MINUTE), crowd(at - 40 * MINUTE)),
  ),
  'on-off': stream('200 a second for one minute of every five; an hour', HOUR, 200, (at) =>
    at % (5 * MINUTE) < MINUTE ? 200 : 0,
  ),
  ramp: stream('0 to 300 a second in 20 minutes, then ten minutes of 300', HOUR / 2, 300, (at) =>
    Math.min(300, at / 4000),
  ),
  weekend: stream(
    'a week in 3.5 hours: five days of 2 to 150 a second, and two of 2',
    3.5 * HOUR,
    152,
    (at) => (at < 2.5 * HOUR ? 2 + 150 * wave(at, HOUR / 2) : 2),
  ),
} satisfies Record<string, Workload>;

export type WorkloadName = keyof typeof WORKLOADS;

export function makeWorkload(name: WorkloadName, seed: number): Trace {
  const { durationMs, arrivals } = WORKLOADS[name];
  return { name, durationMs, arrivals: Float64Array.from(arrivals(seededRandom(seed))) };
}
