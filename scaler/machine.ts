import type { Instance } from '@aws-sdk/client-ec2';
import { TAGS } from '../shared/tags.ts';

/** A worker's machine, as EC2 and the worker's own tags show it. Times in ms since the epoch. */
export interface Machine {
  id: string;
  /**
   * `parking`: drained, and running until it is stopped. `stopping`, `stopped`: in the warm pool.
   * `gone`: EC2 still shows it, but it neither starts nor runs, and will not.
   */
  phase: 'booting' | 'ready' | 'draining' | 'parking' | 'stopping' | 'stopped' | 'gone';
  /** Of a machine of the warm pool: when it was last started. */
  launchedAt: number | undefined;
  /** When the worker last said that it lives. */
  seenAt: number | undefined;
  /** Milliseconds that the worker needs for one job, by its own measurement. */
  serviceMs: number | undefined;
  /** Milliseconds that the worker holds a job when it is idle. */
  heldMs: number | undefined;
  /** When the worker became ready. */
  readyAt: number | undefined;
  /** Token of the CreateFleet call that launched it. */
  launchToken: string | undefined;
  /** Id of the terminate message that it took. */
  terminateId: string | undefined;
  /** Version of the launch template that it came from. */
  version: number | undefined;
  /** Whether it is of the Spot market: such a machine cannot be stopped. */
  spot: boolean;
  /** How its last boot went: `true` once its worker was ready, `false` where it ended before, `undefined` meanwhile. */
  booted: boolean | undefined;
}

/** By so much, in ms, a worker's clock and EC2's may differ; a machine is stopped for longer. */
const CLOCKS_DIFFER_MS = 2_000;
const SPOT_INTERRUPTION = 'Server.SpotInstanceTermination';

/** Reads a machine. A tag that makes no sense counts as missing: anybody may write tags. */
export function readMachine(instance: Instance): Machine | undefined {
  const { InstanceId, InstanceLifecycle, LaunchTime, State, StateReason, Tags = [] } = instance;
  if (InstanceId === undefined) return undefined;
  const tag = (key: string) => Tags.find(({ Key }) => Key === key)?.Value || undefined;
  const launchedAt = LaunchTime?.getTime();
  const seenAt = readTime(tag(TAGS.seen));
  // What the worker said before its machine was last started says nothing about now.
  const isOfNow = launchedAt === undefined || seenAt === undefined || launchedAt - seenAt < CLOCKS_DIFFER_MS;
  const terminateId = isOfNow ? tag(TAGS.terminateId) : undefined;
  const said = isOfNow ? readWord(tag(TAGS.state), terminateId) : 'booting';
  const phase = phaseOf(State?.Name, said);
  const failed = phase === 'gone' && StateReason?.Code !== SPOT_INTERRUPTION;
  return {
    id: InstanceId,
    phase,
    launchedAt,
    seenAt,
    serviceMs: readDuration(tag(TAGS.serviceMs)),
    heldMs: readDuration(tag(TAGS.heldMs)),
    readyAt: readTime(tag(TAGS.readyAt)),
    launchToken: tag(TAGS.launch),
    terminateId,
    version: readVersion(tag('aws:ec2launchtemplate:version')),
    spot: InstanceLifecycle === 'spot',
    booted: said !== 'booting' ? true : failed ? false : undefined,
  };
}

type Word = 'booting' | 'ready' | 'draining' | 'parking';

function readWord(state: string | undefined, terminateId: string | undefined): Word {
  if (state === 'parking' || state === 'draining') return state;
  if (state !== 'ready') return 'booting'; // whatever else its tags say: a worker that is not ready takes no message
  return terminateId === undefined ? 'ready' : 'draining';
}

/** A machine that somebody stopped who is not us is none of the warm pool's. */
function phaseOf(state: string | undefined, said: Word): Machine['phase'] {
  if (state === 'pending' || state === 'running') return said;
  return said === 'parking' && (state === 'stopping' || state === 'stopped') ? state : 'gone';
}

/** ISO 8601, or ms since the epoch. */
function readTime(text = ''): number | undefined {
  const time = /^\d+$/.test(text) ? Number(text) : Date.parse(text);
  return Number.isFinite(time) ? time : undefined;
}

function readDuration(text = ''): number | undefined {
  const ms = Number(text);
  return Number.isFinite(ms) && ms > 0 ? ms : undefined;
}

const readVersion = (text = ''): number | undefined => (/^\d{1,9}$/.test(text) ? Number(text) : undefined);
