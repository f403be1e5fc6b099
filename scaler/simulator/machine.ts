import type { Random } from '../../shared/random.ts';
import type { Assumptions } from './assumptions.ts';

/** A simulated worker on its machine. Times in ms of the simulation. */
export interface SimulatedMachine {
  readonly id: string;
  readonly launchedAt: number;
  /** Infinity where the boot fails. */
  readyAt: number;
  drainingAt: number;
  endedAt: number;
  /** Of the CreateFleet call that launched it, and of the terminate message that it took. */
  readonly launchToken: string;
  terminateId: string | undefined;
  /** Jobs that it holds: those that it works on, and those that wait for that. */
  working: Set<number>;
  waiting: number[];
  /** Whether it is among those that wait for a message. */
  polling: boolean;
  jobsDone: number;
  firstDoneAt: number;
  idleSince: number;
}

export const newMachine = (
  id: string,
  launchedAt: number,
  readyAt: number,
  launchToken: string,
): SimulatedMachine => ({
  id,
  launchedAt,
  readyAt,
  drainingAt: Number.POSITIVE_INFINITY,
  endedAt: Number.POSITIVE_INFINITY,
  launchToken,
  terminateId: undefined,
  working: new Set(),
  waiting: [],
  polling: false,
  jobsDone: 0,
  firstDoneAt: Number.POSITIVE_INFINITY,
  idleSince: readyAt,
});

/** How long a machine takes to boot, in ms; Infinity for one that never becomes ready. */
export function bootMs({ bootSeconds, bootSpread, bootFailure }: Assumptions, random: Random): number {
  const fails = random.uniform() < bootFailure;
  const takes = bootSeconds * 1000 * Math.exp(bootSpread * random.normal());
  return fails ? Number.POSITIVE_INFINITY : takes;
}

export type MachinePhase = 'booting' | 'ready' | 'draining' | 'gone';

/** What a machine is at a time, in ms. */
export function phaseAt(machine: SimulatedMachine, at: number): MachinePhase {
  if (machine.endedAt <= at) return 'gone';
  if (machine.drainingAt <= at) return 'draining';
  return machine.readyAt <= at ? 'ready' : 'booting';
}

/** Messages that a worker holds at most: for each thread one in inference and two on their way, and one to hand over. */
export const slotsFor = (threads: number): number => threads * 3 + 1;

export const heldBy = ({ working, waiting }: SimulatedMachine): number => working.size + waiting.length;

/** EC2 bills by the second from the launch, and at least a minute. */
const LEAST_BILLED_S = 60;

/** Seconds that are billed for a machine up to the end of the simulation. */
export const billedSeconds = (
  { launchedAt, endedAt }: Pick<SimulatedMachine, 'launchedAt' | 'endedAt'>,
  end: number,
): number => Math.max(LEAST_BILLED_S, Math.ceil((Math.min(endedAt, end) - launchedAt) / 1000));
