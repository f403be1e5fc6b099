import type { Config } from '../shared/config.ts';
import type { Decision } from './decide-scaling.ts';
import type { Machine } from './machine.ts';
import type { Observation } from './next-state.ts';

/*
 * A new deployment makes a new version of the launch template. The decision then sees the machines of that version
 * alone, as if the older were not there, and so launches as many as are needed; as these become ready, older ones are told
 * to go, one for one. Where MAX_WORKERS leaves no room for those to come, older ones go first, a few at a time.
 */

/** Whether a machine comes from an older launch template than the `current`. One that does not tell is left alone. */
export const isOutdated = ({ version }: Pick<Machine, 'version'>, current = 0): boolean =>
  version !== undefined && version < current;

/** The observation without the machines of older template versions, and without those told to go for newer ones. */
export function currentOnly(observation: Observation, current: number | undefined): Observation {
  const { census } = observation;
  const isCurrent = (machine: Machine) => !isOutdated(machine, current);
  return {
    ...observation,
    census: {
      ...census,
      booting: census.booting.filter(isCurrent),
      ready: census.ready.filter(isCurrent),
    },
  };
}

export interface RollOver {
  /** Machines to launch or start. */
  launch: number;
  /** Workers of older versions to tell to go. */
  replace: number;
  /** Workers of older versions that stay so far. */
  outdated: number;
}

/** @param observation with all machines, of any version */
export function rollOver(
  decision: Decision,
  observation: Observation,
  settings: Config<'MAX_WORKERS' | 'LAUNCH_TEMPLATE_VERSION'>,
): RollOver {
  const { MAX_WORKERS: max, LAUNCH_TEMPLATE_VERSION: version } = settings;
  const { census, underWay } = observation;
  const current = currentOnly(observation, version).census;
  const wanted = 'launch' in decision ? decision.launch : 0;
  const leaving = 'terminate' in decision ? decision.terminate : 0;

  const old = Math.max(0, census.ready.length - current.ready.length - underWay.replacing);
  const hands = current.ready.length - underWay.going;
  const coming = current.booting.length + underWay.launching;
  // Who was told to go may not have heard it, and counts here until it is seen to go.
  const room = Math.max(0, max - (census.ready.length + census.booting.length + underWay.launching));
  const launch = Math.min(wanted, room);

  const target = hands + coming + wanted - leaving;
  const redundant = old - Math.max(0, target - hands);
  // No room for any of those to come: some go first, unless as many are missing already.
  const forRoom = launch === 0 && wanted > 0 && hands + old >= target ? Math.ceil(target / 10) : 0;
  const replace = Math.min(old, Math.max(0, redundant, forRoom));
  return { launch, replace, outdated: old - replace };
}
