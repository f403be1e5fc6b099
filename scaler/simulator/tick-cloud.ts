import type { FleetState } from '../../shared/fleet-state.ts';
import type { Cloud } from '../cloud.ts';
import type { Machine } from '../machine.ts';
import { TICK_MS } from '../slots.ts';
import { phaseAt, type SimulatedMachine } from './machine.ts';
import type { World } from './world.ts';

/** When the simulation begins, in ms since the epoch: where a tick expects times. */
export const EPOCH = Date.UTC(2026, 0, 1);
/** EC2 shows what has ended for a while; so long is enough for what a tick asks of it, in ms. */
const SHOWN_MS = 120_000;

/** As EC2 says it. */
class RequestLimitExceeded extends Error {
  override readonly name = 'RequestLimitExceeded';
  readonly $metadata = { httpStatusCode: 503, attempts: 1 };
}

/** What a tick of the load balancer asks of the world, answered by a simulated one. */
export function simulatedCloud(world: World): Cloud {
  let state: FleetState | undefined;
  let version = 0;
  const { tickSeconds, describeLagSeconds } = world.assumptions;
  // Slots are 5 s long. Ticks that are to come faster than in reality see an older one, or they would find theirs taken.
  const older = Math.max(0, TICK_MS - tickSeconds * 1000);
  return {
    async readState() {
      return state && { value: { ...state, tickedAt: state.tickedAt - older }, etag: String(version) };
    },
    async swapState(next, expected) {
      if (expected !== (state && String(version))) return undefined;
      state = next;
      return String(++version);
    },
    queueDepth: async () => ({ visible: world.jobs.visible, inFlight: world.jobs.inFlight }),
    machines: async () => shownAt(world, world.now - describeLagSeconds * 1000),
    async launch({ count, token }) {
      const launched = world.launch(count, token);
      if (launched === undefined) throw new RequestLimitExceeded('too many calls');
      return launched;
    },
    sendTerminateMessages: async (messages) => world.sendTerminate(messages.map(({ id }) => id)),
    // There is no warm pool.
    startMachines: async () => false,
    stopMachines: async () => {},
    async endMachines(ids) {
      for (const machine of world.alive.filter(({ id }) => ids.includes(id))) world.end(machine);
    },
  };
}

function shownAt(world: World, at: number): Machine[] {
  return world.recent(SHOWN_MS).flatMap((machine) => {
    // Those that were there before the trace began are known from the start.
    if (machine.launchedAt > Math.max(0, at)) return [];
    return [shown(machine, at, world)];
  });
}

function shown(machine: SimulatedMachine, at: number, { assumptions }: World): Machine {
  const { id, launchToken, terminateId, launchedAt, readyAt, firstDoneAt, drainingAt } = machine;
  const { serviceMs, concurrency } = assumptions;
  const ready = readyAt <= Math.max(0, at);
  const worked = firstDoneAt <= at;
  return {
    id,
    phase: phaseAt(machine, Math.max(0, at)),
    launchedAt: EPOCH + launchedAt,
    seenAt: ready ? EPOCH + at : undefined,
    serviceMs: worked ? serviceMs / concurrency : undefined,
    heldMs: worked ? serviceMs : undefined,
    // A machine from before the trace booted as machines do.
    readyAt: ready
      ? EPOCH + (launchToken === 'before' ? assumptions.bootSeconds * 1000 : readyAt)
      : undefined,
    launchToken,
    terminateId: drainingAt <= at ? terminateId : undefined,
    version: undefined,
    spot: false,
    booted: ready ? true : machine.endedAt <= at ? false : undefined,
  };
}
