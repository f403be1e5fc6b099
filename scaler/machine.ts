import type { Instance } from '@aws-sdk/client-ec2';
import { TAGS } from '../shared/tags.ts';

/** A worker's machine, as EC2 and the worker's own tags show it. Times in ms since the epoch. */
export interface Machine {
  id: string;
  /** `gone`: EC2 still shows it, but it neither starts nor runs. */
  phase: 'booting' | 'ready' | 'draining' | 'gone';
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
}

/** Reads a machine. A tag that makes no sense counts as missing: anybody may write tags. */
export function readMachine({ InstanceId, LaunchTime, State, Tags = [] }: Instance): Machine | undefined {
  if (InstanceId === undefined) return undefined;
  const tag = (key: string) => Tags.find(({ Key }) => Key === key)?.Value || undefined;
  const terminateId = tag(TAGS.terminateId);
  return {
    id: InstanceId,
    phase: isUp(State?.Name) ? readPhase(tag(TAGS.state), terminateId) : 'gone',
    launchedAt: LaunchTime?.getTime(),
    seenAt: readTime(tag(TAGS.seen)),
    serviceMs: readDuration(tag(TAGS.serviceMs)),
    heldMs: readDuration(tag(TAGS.heldMs)),
    readyAt: readTime(tag(TAGS.readyAt)),
    launchToken: tag(TAGS.launch),
    terminateId,
  };
}

const isUp = (state: string | undefined) => state === 'pending' || state === 'running';

function readPhase(state: string | undefined, terminateId: string | undefined) {
  if (terminateId !== undefined || state === 'draining') return 'draining';
  return state === 'ready' ? 'ready' : 'booting';
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
