import type { Config } from '../shared/config.ts';
import type { FleetState } from '../shared/fleet-state.ts';
import { log } from '../shared/log.ts';
import { carryOut, type Done } from './carry-out.ts';
import { takeCensus } from './census.ts';
import type { Cloud } from './cloud.ts';
import { decideScaling, type ScalingSettings } from './decide-scaling.ts';
import { failuresIn, followBoots } from './failed-boots.ts';
import { inputsOf, nextState, type Observation, steadySince } from './next-state.ts';
import { type Plan, type PlanSettings, planFor } from './plan.ts';
import { currentOnly } from './roll-over.ts';
import { slotOf } from './slots.ts';
import { findUnderWay } from './under-way.ts';

export type TickSettings = ScalingSettings & PlanSettings & Config<'BOOT_DEADLINE_SECONDS'>;

/** What came of a tick. Of one whose slot was taken, and of one that was overtaken, nothing. */
export type TickOutcome =
  | {
      outcome: 'acted' | 'held';
      state: FleetState;
      plan: Plan;
      done: Done;
      /** Ids of the machines whose boot failed, for as long as EC2 shows them. */
      failedBoots: string[];
    }
  | { outcome: 'slot taken' | 'overtaken' };

/** A slot so far ahead, in ms, was not taken by a tick beside this one, but by a clock that has been set back since. */
const AHEAD_MS = 60_000;

/**
 * One tick at the time `now` (ms since the epoch): look, decide, write the state, and only then act. The write is a
 * compare-and-swap, and so the lease: of two ticks at once the one that loses acts on nothing. One that dies after the
 * write leaves launches and terminations that count for as long as they could be under way, and are then forgotten.
 * @throws where the state or the machines cannot be read; a failed act is only logged
 */
export async function runTick(cloud: Cloud, settings: TickSettings, now: number): Promise<TickOutcome> {
  const [stored, queue, machines] = await Promise.all([
    cloud.readState(),
    cloud.queueDepth().catch((error: unknown) => {
      log.warn('queue depth unknown', { error });
      return undefined;
    }),
    cloud.machines(),
  ]);
  const previous = stored?.value ?? undefined;
  if (previous && isTaken(previous.tickedAt, now)) return { outcome: 'slot taken' };

  const since = steadySince(previous, now);
  const times = { now, steadySince: since, bootDeadlineSeconds: settings.BOOT_DEADLINE_SECONDS };
  const census = takeCensus(machines, times);
  const underWay = findUnderWay(previous, machines, times);
  const observation: Observation = { now, steadySince: since, queue, census, underWay };

  const hands = currentOnly(observation, settings.LAUNCH_TEMPLATE_VERSION);
  const decision = decideScaling(inputsOf(hands), settings, previous?.memory);
  const failedBoots = followBoots(previous?.failedBoots, machines, census.lost, now);
  const plan = planFor(decision, observation, settings, failedBoots);
  const rest = { memory: decision.memory, maxWorkers: settings.MAX_WORKERS, failedBoots };
  const state = nextState(previous, observation, plan, rest);

  const version = await cloud.swapState(state, stored?.etag);
  if (version === undefined) return { outcome: 'overtaken' };
  const done = await carryOut(cloud, plan);
  await correct(cloud, state, version, plan, done);
  const failed = failuresIn(machines, census.lost).map(({ id }) => id);
  return { outcome: isActive(plan) ? 'acted' : 'held', state, plan, done, failedBoots: failed };
}

const isTaken = (tickedAt: number, now: number): boolean =>
  slotOf(tickedAt) >= slotOf(now) && tickedAt - now <= AHEAD_MS;

const isActive = ({ launch, starts, terminations, stops, ends }: Plan): boolean =>
  launch !== undefined || [starts, terminations, stops, ends].some(({ length }) => length > 0);

/** Mends the state where less was done than it says. A newer state is left alone: its tick counts anew. */
async function correct(
  cloud: Cloud,
  state: FleetState,
  version: string,
  { launch, starts }: Plan,
  done: Done,
): Promise<void> {
  const isLess = launch !== undefined && done.launched !== undefined && done.launched < launch.count;
  if (!isLess && done.started !== false) return;
  const launches = state.launches.map((one) =>
    one.token === launch?.token ? { ...one, count: done.launched ?? one.count } : one,
  );
  const running = state.starts?.filter(({ id }) => done.started !== false || !starts.includes(id));
  await cloud.swapState({ ...state, launches, ...(running && { starts: running }) }, version);
}
