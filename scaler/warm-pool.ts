import type { Config } from '../shared/config.ts';
import type { Machine } from './machine.ts';
import type { Observation } from './next-state.ts';
import { isOutdated } from './roll-over.ts';

/** What is to be done for the warm pool: stopped machines, that are started before new ones are launched. */
export interface PoolPlan {
  /** Ids of the machines that can be started. */
  startable: string[];
  /** How many more drained workers it can take. */
  room: number;
  /** Ids of drained machines to stop. */
  stops: string[];
  /** Ids of machines that it has no use for: of an older launch template, or too many. */
  ends: string[];
}

/** Keeps the pool at WARM_POOL_SIZE machines at most, all of the current template version, and none of Spot. */
export function keepPool(
  { census, underWay }: Observation,
  settings: Config<'LAUNCH_TEMPLATE_VERSION' | 'WARM_POOL_SIZE'>,
): PoolPlan {
  const { LAUNCH_TEMPLATE_VERSION: version, WARM_POOL_SIZE: size } = settings;
  const starting = new Set(underWay.starts.map(({ id }) => id));
  const fits = (machine: Machine) => !isOutdated(machine, version) && !machine.spot;
  const inPool = census.pool.filter(({ id }) => !starting.has(id));
  const kept = inPool.filter(fits).slice(0, size);
  const stops = census.parking.filter(fits).slice(0, size - kept.length);
  const useless = [...inPool, ...census.parking].filter((m) => !kept.includes(m) && !stops.includes(m));
  const toCome = underWay.terminations.filter(({ park }) => park).length;
  return {
    startable: kept.filter(({ phase }) => phase === 'stopped').map(({ id }) => id),
    room: Math.max(0, size - kept.length - stops.length - toCome),
    stops: stops.map(({ id }) => id),
    ends: useless.map(({ id }) => id),
  };
}
