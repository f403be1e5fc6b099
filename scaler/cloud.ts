import * as z from 'zod';
import { readJson, type Stored, swapJson } from '../shared/bucket.ts';
import type { Config } from '../shared/config.ts';
import { FLEET_STATE_KEY, type FleetState, fleetState } from '../shared/fleet-state.ts';
import type { TerminateMessage } from '../shared/jobs.ts';
import {
  endMachines,
  type FleetSettings,
  type Launch,
  launchWorkers,
  sendTerminateMessages,
  startMachines,
  stopMachines,
} from './fleet.ts';
import type { Machine } from './machine.ts';
import { listMachines, type QueueDepth, queueDepth } from './metrics.ts';

/** All that a tick asks of the world. */
export interface Cloud {
  /** The last tick's state; null where it cannot be understood, `undefined` where there is none. */
  readState(): Promise<Stored<FleetState | null> | undefined>;
  /** Writes the state if the stored one is still `expected`; returns the new version, or `undefined` where it is not. */
  swapState(next: FleetState, expected: string | undefined): Promise<string | undefined>;
  queueDepth(): Promise<QueueDepth>;
  machines(): Promise<Machine[]>;
  /** Returns how many were launched. */
  launch(launch: Launch): Promise<number>;
  sendTerminateMessages(messages: readonly Omit<TerminateMessage, 'v'>[]): Promise<void>;
  /** Of the warm pool; false where EC2 refuses. */
  startMachines(ids: readonly string[]): Promise<boolean>;
  /** Into the warm pool. */
  stopMachines(ids: readonly string[]): Promise<void>;
  endMachines(ids: readonly string[]): Promise<void>;
}

/** A state of a shape we do not know is replaced, not choked on: it holds nothing that a census does not bring back. */
const readable = z.nullable(fleetState).catch(null);

/** The cloud that the SDK's environment names: AWS, or the embedded one. */
export function awsCloud(
  config: FleetSettings & Config<'BUCKET' | 'REQUEST_QUEUE_URL' | 'TERMINATE_QUEUE_URL'>,
): Cloud {
  return {
    readState: () => readJson(config.BUCKET, FLEET_STATE_KEY, readable),
    swapState: (next, expected) => swapJson(config.BUCKET, FLEET_STATE_KEY, next, expected),
    queueDepth: () => queueDepth(config.REQUEST_QUEUE_URL),
    machines: () => listMachines(config.STAGE),
    launch: (launch) => launchWorkers(config, launch),
    sendTerminateMessages: (messages) => sendTerminateMessages(config.TERMINATE_QUEUE_URL, messages),
    startMachines,
    stopMachines,
    endMachines,
  };
}
