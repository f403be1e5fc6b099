import type { PolicyMemory } from '../../shared/fleet-state.ts';
import type { Situation } from './policy.ts';

/** What was queued and at work at a time, and the arrivals a second that led there. */
export type Flow = PolicyMemory['flow'];

/** Half-life of the quick mean, in ms. */
const QUICK_MS = 5_000;
/** Looks closer than this, in ms, tell nothing from each other: SQS's counts are approximate. */
const TOO_CLOSE_MS = 1_000;
/** After so long without a look, in ms, what was done meanwhile can no longer be told. */
const TOO_FAR_MS = 60_000;
/** How far the quick mean looks back, in s: the variance of its error is the rate divided by this. */
const QUICK_SPAN_S = 15;
/** The same of the growth since the last look: a tick. */
const GROWTH_SPAN_S = 5;

/**
 * Workers at work. By Little's law, messages in flight are the jobs begun in a second times how long each is held:
 * an idle worker holds a job for `heldMs`, its download included, and that costs `serviceMs` of the whole worker's time.
 * A worker that holds several jobs is at work, and no more than that.
 */
export function busyWorkers({ queue, headcount, measured }: Situation, serviceMs: number): number {
  const share = Math.min(1, serviceMs / (measured.heldMs ?? serviceMs));
  return Math.min(headcount.ready, queue.inFlight * share);
}

/**
 * The flow after one more look. Nobody counts the arrivals for us (SQS's own metrics come minutes late), so they are what
 * the queue grew by and what was done meanwhile: each worker at work finishes a job every `serviceMs`. Where the time
 * since the last look says nothing, because it is too long or the clock jumped, the rates stay as they were.
 * @param steadyMs half-life of the steady mean, in ms
 */
export function followFlow(
  before: Flow | undefined,
  look: Pick<Flow, 'at' | 'queued' | 'busy' | 'ready'>,
  { serviceMs, steadyMs }: { serviceMs: number; steadyMs: number },
): Flow {
  if (!before) return { ...look, growth: 0, quick: 0, steady: 0 };
  const sinceMs = look.at - before.at;
  if (sinceMs >= 0 && sinceMs < TOO_CLOSE_MS) return before;
  if (sinceMs < 0 || sinceMs > TOO_FAR_MS) return { ...before, ...look, growth: 0 };
  // Those that have become ready since may have done so just now.
  const busy = Math.min((before.busy + look.busy) / 2, before.ready);
  const growth = ((look.queued - before.queued) * 1000) / sinceMs;
  const rate = Math.max(0, growth + (busy * 1000) / serviceMs);
  const towards = (mean: number, halfLifeMs: number) =>
    mean + (rate - mean) * (1 - 2 ** (-sinceMs / halfLifeMs));
  return {
    ...look,
    growth,
    quick: towards(before.quick, QUICK_MS),
    steady: towards(before.steady, Math.max(steadyMs, QUICK_MS)),
  };
}

/**
 * The arrivals a second to launch for: the steady rate, or the quick one where it is higher by more than chance explains,
 * two standard deviations of a Poisson stream.
 */
export const surelyArriving = ({ quick, steady }: Flow): number =>
  Math.max(steady, quick - 2 * Math.sqrt(quick / QUICK_SPAN_S));

/**
 * The arrivals a second to keep workers for: the steady rate, and what the queue grew by beyond chance since the last look.
 * So a burst that comes at once counts as if it came over a tick: who clears that in time will clear the next.
 */
export const worthKeepingFor = ({ growth, steady }: Flow): number =>
  steady + Math.max(0, growth - 2 * Math.sqrt(steady / GROWTH_SPAN_S));
