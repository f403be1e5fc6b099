import type { Instance, InstanceStateName } from '@aws-sdk/client-ec2';
import type { Stored } from '../../shared/bucket.ts';
import type { FleetState } from '../../shared/fleet-state.ts';
import { TAGS } from '../../shared/tags.ts';
import type { Cloud } from '../cloud.ts';
import type { Launch } from '../fleet.ts';
import { type Machine, readMachine } from '../machine.ts';
import type { QueueDepth } from '../metrics.ts';

/** A machine of the model, as it really is. */
export interface ModelMachine {
  id: string;
  state: InstanceStateName;
  launchedAt: number;
  /** From when on DescribeInstances shows it, on a clock that does not jump. */
  shownFrom: number;
  tags: Record<string, string>;
  /** Its worker lives, and says so. */
  honest: boolean;
}

export const throttledError = () =>
  Object.assign(new Error('Request limit exceeded.'), {
    name: 'RequestLimitExceeded',
    $metadata: { httpStatusCode: 503 },
  });

/**
 * The cloud in memory, with all that a test wants to go wrong. It has two clocks: `clock` is what a tick reads, and jumps;
 * `time` is how long it really took. Its workers tag themselves by the former, as processes of one computer would.
 */
export class ModelCloud implements Cloud {
  time = 0;
  clock = 1_800_000_000_000;
  queue: QueueDepth | undefined = { visible: 0, inFlight: 0 };
  machinesById = new Map<string, ModelMachine>();
  /** What each CreateFleet asked for, in order, those that were repeated left out. */
  launches: (Launch & { given: number })[] = [];
  /** Calls of CreateFleet, also those that were refused. */
  launchCalls: Launch[] = [];
  messages: { id: string; park?: boolean | undefined; launchTemplateVersion?: number | undefined }[] = [];
  ended: string[] = [];
  /** Machines that CreateFleet gives; what EC2 does instead where it throws. */
  give: (count: number) => number = (count) => count;
  throttled = false;
  /** How long DescribeInstances does not show what was launched, in ms. */
  lagMs = 0;
  version = 1;
  #stored: Stored<FleetState> | undefined;
  #writes = 0;
  #names = 0;

  async readState() {
    return this.#stored;
  }
  async swapState(next: FleetState, expected: string | undefined) {
    if (this.#stored?.etag !== expected) return undefined;
    const etag = `v${++this.#writes}`;
    this.#stored = { value: structuredClone(next), etag };
    return etag;
  }
  get state(): FleetState | undefined {
    return this.#stored?.value;
  }
  async queueDepth() {
    if (!this.queue) throw new Error('SQS is away');
    return this.queue;
  }
  async machines(): Promise<Machine[]> {
    this.#callEc2();
    const shown = [...this.machinesById.values()].filter(({ shownFrom }) => shownFrom <= this.time);
    return shown.flatMap((machine) => readMachine(instanceOf(machine)) ?? []);
  }
  async launch(launch: Launch) {
    this.launchCalls.push(launch);
    this.#callEc2();
    const before = this.launches.find(({ token }) => token === launch.token);
    if (before) return before.given;
    const given = Math.min(launch.count, this.give(launch.count));
    this.launches.push({ ...launch, given });
    for (let i = 0; i < given; i++) this.add({ [TAGS.launch]: launch.token, [TAGS.state]: 'booting' });
    return given;
  }
  async sendTerminateMessages(messages: ModelCloud['messages']) {
    this.messages.push(...messages);
  }
  async startMachines(ids: readonly string[]) {
    this.#callEc2();
    for (const id of ids) {
      const machine = this.#get(id);
      if (machine.state !== 'stopped') continue;
      machine.state = 'pending';
      machine.launchedAt = this.clock;
    }
    return true;
  }
  async stopMachines(ids: readonly string[]) {
    this.#callEc2();
    for (const id of ids) this.#get(id).state = 'stopped';
  }
  async endMachines(ids: readonly string[]) {
    this.#callEc2();
    for (const id of ids) this.#get(id).state = 'terminated';
    this.ended.push(...ids);
  }

  add(tags: Record<string, string>): ModelMachine {
    const id = `i-${this.#names++}`;
    const machine: ModelMachine = {
      id,
      state: 'pending',
      launchedAt: this.clock,
      shownFrom: this.time + this.lagMs,
      tags: { 'aws:ec2launchtemplate:version': String(this.version), ...tags },
      honest: true,
    };
    this.machinesById.set(id, machine);
    return machine;
  }
  /** Machines that start or run. */
  get up(): ModelMachine[] {
    return [...this.machinesById.values()].filter(({ state }) => state === 'pending' || state === 'running');
  }
  /** Those of them that work, or will. */
  get hands(): ModelMachine[] {
    return this.up.filter(({ tags }) => {
      const state = tags[TAGS.state];
      return state === 'booting' || (state === 'ready' && !tags[TAGS.terminateId]);
    });
  }
  /** What a worker says of itself. */
  say(machine: ModelMachine, state: string, tags: Record<string, string> = {}): void {
    machine.state = 'running';
    Object.assign(machine.tags, tags, {
      [TAGS.state]: state,
      [TAGS.seen]: new Date(this.clock).toISOString(),
    });
  }

  #get(id: string): ModelMachine {
    const machine = this.machinesById.get(id);
    if (!machine) throw new Error(`no machine ${id}`);
    return machine;
  }
  #callEc2(): void {
    if (this.throttled) throw throttledError();
  }
}

const instanceOf = ({ id, state, launchedAt, tags }: ModelMachine): Instance => ({
  InstanceId: id,
  State: { Name: state },
  LaunchTime: new Date(launchedAt),
  Tags: Object.entries(tags).map(([Key, Value]) => ({ Key, Value })),
});
