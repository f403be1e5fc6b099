import type { ChildProcess } from 'node:child_process';
import type { Tags } from './tags.ts';

/** States of a machine, with the codes that EC2 gives them. */
export const STATE_CODES = {
  pending: 0,
  running: 16,
  'shutting-down': 32,
  terminated: 48,
  stopping: 64,
  stopped: 80,
} as const;
export type InstanceState = keyof typeof STATE_CODES;

/** What the launcher is told of a machine whose process it is to start. */
export interface Machine {
  readonly instanceId: string;
  readonly instanceType: string;
  readonly launchTemplate: { readonly id: string; readonly name: string; readonly version: number };
  /** The launch template's user data, decoded. */
  readonly userData: string;
  readonly tags: Tags;
}

/** What does not change in an instance's life. */
export interface InstanceDetails extends Machine {
  readonly sequence: number;
  readonly reservationId: string;
  readonly imageId: string;
  readonly availabilityZone: string;
  readonly subnetId: string | undefined;
  readonly lifecycle: 'on-demand' | 'spot';
  /** What a machine that shuts itself down becomes: `terminated` or `stopped`. */
  readonly shutdownBehavior: 'terminate' | 'stop';
}

/** How a machine gets its process, and how long it takes to boot. */
export interface Boot {
  launch(machine: Machine): ChildProcess;
  /** Milliseconds in state `pending`. */
  bootDelayMs(): number;
  log(event: string, fields: Readonly<Record<string, unknown>>): void;
}

/** Why a machine is in its state, in EC2's words. */
export interface StateReason {
  readonly code: string;
  readonly message: string;
}

const KILL_AFTER_MS = 10_000;
const BY_USER = reason('Client.UserInitiatedShutdown', 'User initiated shutdown');
const BY_SPOT = reason('Server.SpotInstanceTermination', 'Spot instance termination');
const BY_ITSELF = reason('Client.InstanceInitiatedShutdown', 'Instance initiated shutdown');

/**
 * One machine and its process.
 *
 * pending: waits for its boot; no process yet.
 * running: its process runs. If it exits by itself: terminated or stopped, as its shutdown behaviour says.
 * shutting-down, stopping: the process was told to end (SIGTERM, SIGKILL after 10 s); then terminated, stopped.
 * stopped: may start again, that is, be pending.
 * terminated: for good.
 */
export class Instance {
  readonly details: InstanceDetails;
  state: InstanceState = 'pending';
  stateReason: StateReason | undefined;
  launchedAt = new Date();
  /** Milliseconds since the epoch. */
  terminatedAt: number | undefined;
  /** When a Spot machine is taken back, in ISO 8601, once it has notice. */
  interruptedFrom: string | undefined;
  #boot: Boot;
  #process: ChildProcess | undefined;
  #timer: NodeJS.Timeout | undefined;

  constructor(details: InstanceDetails, boot: Boot) {
    this.details = details;
    this.#boot = boot;
    this.#powerUp();
  }

  /** A stopped machine boots again; a running one stays as it is. */
  start(): void {
    if (this.state !== 'stopped') return;
    this.launchedAt = new Date();
    this.stateReason = undefined;
    this.#powerUp();
  }

  /** Ends the machine for good. */
  terminate(): void {
    if (this.state === 'shutting-down' || this.state === 'terminated') return;
    this.stateReason = BY_USER;
    this.#shutDown('shutting-down', 'terminated');
  }

  /** Gives a Spot machine notice, and ends it when that is over. @param noticeMs two minutes on EC2 */
  interrupt(noticeMs: number): void {
    if (this.details.lifecycle !== 'spot') throw new Error(`${this.details.instanceId} is not of Spot.`);
    this.interruptedFrom = new Date(Date.now() + noticeMs).toISOString();
    setTimeout(() => {
      if (this.state !== 'pending' && this.state !== 'running') return;
      this.stateReason = BY_SPOT;
      this.#shutDown('shutting-down', 'terminated');
    }, noticeMs).unref();
  }

  /** Ends the machine's process; it can be started again. */
  halt(): void {
    if (this.state === 'stopping' || this.state === 'stopped') return;
    this.stateReason = BY_USER;
    this.#shutDown('stopping', 'stopped');
  }

  /** Kills the process at once. @returns when it has exited */
  async kill(): Promise<void> {
    clearTimeout(this.#timer);
    const child = this.#process;
    this.#settle('terminated');
    if (child === undefined) return;
    const exited = new Promise((resolve) => child.once('exit', resolve));
    if (child.kill('SIGKILL')) await exited;
  }

  #powerUp(): void {
    this.state = 'pending';
    this.#timer = setTimeout(() => this.#run(), this.#boot.bootDelayMs()).unref();
  }

  #run(): void {
    try {
      const { instanceId, instanceType, launchTemplate, userData, tags } = this.details;
      const child = this.#boot.launch({
        instanceId,
        instanceType,
        launchTemplate,
        userData,
        tags: { ...tags },
      });
      this.#process = child;
      this.state = 'running';
      child.once('exit', (code, signal) => this.#onExit(child, code, signal));
      child.on('error', (error) => {
        if (child.pid === undefined) this.#fail(error);
      });
      // A process that was over before anyone could listen has no more events to come.
      if (child.exitCode !== null || child.signalCode !== null) {
        this.#onExit(child, child.exitCode, child.signalCode);
      }
    } catch (error) {
      this.#fail(error);
    }
  }

  #fail(error: unknown): void {
    if (this.state === 'terminated') return;
    this.stateReason = reason('Server.InternalError', `Internal error on launch: ${String(error)}`);
    this.#boot.log('instance-launch-failed', { instanceId: this.details.instanceId, error: String(error) });
    this.#settle('terminated');
  }

  #onExit(child: ChildProcess, code: number | null, signal: NodeJS.Signals | null): void {
    if (this.#process !== child) return;
    clearTimeout(this.#timer);
    this.#boot.log('instance-exited', { instanceId: this.details.instanceId, code, signal });
    if (this.state === 'running') {
      this.stateReason = this.interruptedFrom === undefined ? BY_ITSELF : BY_SPOT;
      this.#settle(this.details.shutdownBehavior === 'terminate' ? 'terminated' : 'stopped');
    } else {
      this.#settle(this.state === 'stopping' ? 'stopped' : 'terminated');
    }
  }

  #shutDown(onTheWay: 'shutting-down' | 'stopping', end: 'terminated' | 'stopped'): void {
    clearTimeout(this.#timer);
    this.state = onTheWay;
    const child = this.#process;
    if (child === undefined) {
      this.#settle(end);
      return;
    }
    child.kill('SIGTERM');
    this.#timer = setTimeout(() => child.kill('SIGKILL'), KILL_AFTER_MS).unref();
  }

  #settle(state: 'terminated' | 'stopped'): void {
    this.state = state;
    this.#process = undefined;
    if (state === 'terminated') this.terminatedAt ??= Date.now();
  }
}

function reason(code: string, message: string): StateReason {
  return { code, message: `${code}: ${message}` };
}
