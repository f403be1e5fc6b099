import { Ec2Error } from './errors.ts';
import { type Boot, Instance, type InstanceDetails } from './instance.ts';

/** On AWS about an hour. */
const REMEMBER_TERMINATED_MS = 600_000;
const ID = /^i-(?:[0-9a-f]{8}|[0-9a-f]{17})$/;

/** The account's machines, in the order of their launch. Terminated ones are forgotten after 10 minutes. */
export class Instances {
  #instances = new Map<string, Instance>();
  #sequence = 0;
  #boot: Boot;
  #limit: number;

  /** @param limit how many may be pending or running at once */
  constructor(boot: Boot, limit: number) {
    this.#boot = boot;
    this.#limit = limit;
  }

  /** How many more may be launched. */
  get headroom(): number {
    const alive = this.all().filter(({ state }) => state === 'pending' || state === 'running').length;
    return Math.max(0, this.#limit - alive);
  }

  launch(details: Omit<InstanceDetails, 'sequence'>): Instance {
    const instance = new Instance({ ...details, sequence: this.#sequence++ }, this.#boot);
    this.#instances.set(details.instanceId, instance);
    return instance;
  }

  all(): Instance[] {
    this.#forgetTerminated();
    return [...this.#instances.values()];
  }

  find(id: string): Instance | undefined {
    this.#forgetTerminated();
    return this.#instances.get(id);
  }

  /** @throws Ec2Error `InvalidInstanceID.Malformed`, `InvalidInstanceID.NotFound` (of all that are missing) */
  get(ids: readonly string[]): Instance[] {
    const malformed = ids.find((id) => !ID.test(id));
    if (malformed !== undefined)
      throw new Ec2Error('InvalidInstanceID.Malformed', `Invalid id: "${malformed}"`);
    const found = new Set<Instance>();
    const missing: string[] = [];
    for (const id of ids) {
      const instance = this.find(id);
      if (instance === undefined) missing.push(id);
      else found.add(instance);
    }
    if (missing.length === 0) return [...found];
    const subject = missing.length > 1 ? 'instance IDs' : 'instance ID';
    const verb = missing.length > 1 ? 'do' : 'does';
    throw new Ec2Error(
      'InvalidInstanceID.NotFound',
      `The ${subject} '${missing.join(', ')}' ${verb} not exist`,
    );
  }

  /** Kills every process that still runs. */
  async killAll(): Promise<void> {
    await Promise.all([...this.#instances.values()].map((instance) => instance.kill()));
  }

  #forgetTerminated(): void {
    const before = Date.now() - REMEMBER_TERMINATED_MS;
    for (const [id, { terminatedAt }] of this.#instances) {
      if (terminatedAt !== undefined && terminatedAt < before) this.#instances.delete(id);
    }
  }
}
