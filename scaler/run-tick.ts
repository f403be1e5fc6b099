import type { Config } from '../shared/config.ts';
import type { FleetState } from '../shared/fleet-state.ts';
import { log } from '../shared/log.ts';
import { takeCensus } from './census.ts';
import type { Cloud } from './cloud.ts';
import { decideScaling, type ScalingSettings } from './decide-scaling.ts';
import { inputsOf, nextState, planFor } from './next-state.ts';
import { slotOf } from './slots.ts';
import { findUnderWay } from './under-way.ts';

export type TickSettings = ScalingSettings & Config<'STAGE' | 'BOOT_DEADLINE_SECONDS'>;

/** What came of a tick. Of one whose slot was taken, and of one that was overtaken, nothing. */
export type TickOutcome =
  | { outcome: 'acted' | 'held'; reason: string }
  | { outcome: 'slot taken' | 'overtaken' };

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
  if (previous && slotOf(previous.tickedAt) >= slotOf(now)) return { outcome: 'slot taken' };

  const census = takeCensus(machines, now, settings.BOOT_DEADLINE_SECONDS);
  const observation = { now, queue, census, underWay: findUnderWay(previous, machines, now) };
  const decision = decideScaling(inputsOf(observation), settings, previous?.memory);
  const { reason, memory } = decision;
  const plan = planFor(decision, settings.STAGE, now);
  const next = nextState(previous, observation, plan, { reason, memory, maxWorkers: settings.MAX_WORKERS });

  const version = await cloud.swapState(next, stored?.etag);
  if (version === undefined) return { outcome: 'overtaken' };
  const outcome = 'hold' in decision ? 'held' : 'acted';
  if (outcome === 'acted') log.info('scaling', { decision: reason });
  const { launch, terminateIds } = plan;
  const lost = census.lost.map(({ id }) => id);
  await Promise.all([
    launch && attempt('launch', () => launchAndCorrect(cloud, launch, next, version)),
    terminateIds.length > 0 && attempt('terminate', () => cloud.sendTerminateMessages(terminateIds)),
    lost.length > 0 && attempt('end lost workers', () => endLost(cloud, lost)),
  ]);
  return { outcome, reason };
}

/** Launches, and mends the state where fewer came than it says. A newer state is left alone: its tick counts anew. */
async function launchAndCorrect(
  cloud: Cloud,
  { token, count }: { token: string; count: number },
  state: FleetState,
  version: string,
): Promise<void> {
  const launched = await cloud.launch(count, token);
  if (launched >= count) return;
  const launches = state.launches.map((one) => (one.token === token ? { ...one, count: launched } : one));
  await cloud.swapState({ ...state, launches }, version);
}

async function endLost(cloud: Cloud, ids: readonly string[]): Promise<void> {
  log.warn('lost workers ended', { ids });
  await cloud.endMachines(ids);
}

/** One act's failure must not keep the tick from the others; the next tick counts anew and makes up for it. */
async function attempt(act: string, run: () => Promise<void>): Promise<void> {
  try {
    await run();
  } catch (error) {
    log.error(`${act} failed`, { error });
  }
}
