import type { ChildProcess } from 'node:child_process';
import { openSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  CreateTagsCommand,
  DescribeInstancesCommand,
  EC2Client,
  type Instance,
  TerminateInstancesCommand,
} from '@aws-sdk/client-ec2';
import type { Children } from '../../local/children.ts';
import { workerEnvironment } from '../../local/worker-machine.ts';
import { TAGS } from '../../shared/tags.ts';
import { latestTemplate } from '../deploy/launch-template.ts';
import type { Stack } from '../deploy/stack.ts';
import { unpackBundle } from './bundle-cache.ts';
import { type MetadataService, startMetadata } from './metadata.ts';

const POLL_MS = 300;
const VERSION_TAG = 'aws:ec2launchtemplate:version';

interface Running {
  process: ChildProcess;
  metadata: MetadataService;
}

export interface MachinesOptions {
  readonly children: Children;
  readonly stack: Stack;
  readonly stage: string;
  /** For what machines write: their logs and the unpacked bundle. */
  readonly folder: string;
  onEvent(text: string): void;
}

/**
 * The machines that the deployed load balancer launches. In MiniStack they are records: for each, this boots what its
 * user data would, a worker process out of the bundle in the bucket, with nothing but its settings and a metadata
 * service, and ends the record when the process has exited. A record that is terminated ends its process.
 */
export class Machines {
  readonly #options: MachinesOptions;
  readonly #ec2 = new EC2Client({});
  readonly #running = new Map<string, Running | 'booting'>();
  readonly #stopping = new AbortController();
  #watching: Promise<void> | undefined;
  /** Rejects where a machine could not be booted. */
  readonly failed: Promise<never>;
  #fail: (error: unknown) => void = () => {};

  constructor(options: MachinesOptions) {
    this.#options = options;
    this.failed = new Promise((_resolve, reject) => {
      this.#fail = reject;
    });
    this.failed.catch(() => {}); // whoever races it is told
  }

  start(): void {
    this.#watching = this.#watch();
  }

  /** Of those that are up. */
  ids(): string[] {
    return [...this.#running.keys()];
  }

  async stop(): Promise<void> {
    this.#stopping.abort();
    await this.#watching;
    for (const machine of this.#running.values()) if (machine !== 'booting') end(machine);
    this.#ec2.destroy();
  }

  async #watch(): Promise<void> {
    const { signal } = this.#stopping;
    while (!signal.aborted) {
      try {
        await this.#look();
      } catch (error) {
        this.#fail(error);
        return;
      }
      await sleep(POLL_MS, undefined, { signal }).catch(() => {});
    }
  }

  async #look(): Promise<void> {
    const up = await this.#listUp();
    for (const instance of up) {
      const { InstanceId: id = '' } = instance;
      if (this.#running.has(id)) continue;
      this.#running.set(id, 'booting');
      void this.#boot(id, instance).catch((error) => this.#fail(error));
    }
    const ids = new Set(up.map(({ InstanceId }) => InstanceId));
    for (const [id, machine] of this.#running)
      if (!ids.has(id) && machine !== 'booting') {
        this.#running.delete(id);
        end(machine);
      }
  }

  async #listUp(): Promise<Instance[]> {
    const { Reservations = [] } = await this.#ec2.send(
      new DescribeInstancesCommand({
        Filters: [
          { Name: `tag:${TAGS.stage}`, Values: [this.#options.stage] },
          { Name: 'instance-state-name', Values: ['pending', 'running'] },
        ],
      }),
    );
    return Reservations.flatMap(({ Instances = [] }) => Instances);
  }

  async #boot(id: string, instance: Instance): Promise<void> {
    const { children, stack, folder, onEvent } = this.#options;
    const { version, userData } = await latestTemplate(stack);
    onEvent(`${id} launched, version ${version} of the template`);
    // EC2 sets it by itself, and the load balancer tells old from new by it.
    await this.#ec2.send(
      new CreateTagsCommand({ Resources: [id], Tags: [{ Key: VERSION_TAG, Value: version }] }),
    );
    const sha256 = /^bundle=([0-9a-f]{64})$/m.exec(userData)?.[1];
    if (sha256 === undefined) throw new Error('the user data names no bundle');
    const bundle = await unpackBundle(stack.id('ServerlessDeploymentBucket'), sha256, folder);
    const metadata = await startMetadata({
      instanceId: id,
      launchedAt: instance.LaunchTime ?? new Date(),
      roleArn: `arn:aws:iam::000000000000:role/${stack.id('WorkerRole')}`,
      tags: { [VERSION_TAG]: version },
    });
    const log = openSync(join(folder, `${id}.log`), 'a');
    // Nothing of this machine's: no PATH, no node, no node_modules, no home.
    const process = children.start(
      [join(bundle, 'worker/main.mjs')],
      { cwd: folder, stdio: ['ignore', log, log], env: this.#environment(id, userData, bundle, metadata) },
      join(bundle, 'bin/node'),
    );
    this.#running.set(id, { process, metadata });
    process.once('exit', (code) => {
      metadata.stop();
      if (this.#stopping.signal.aborted || !this.#running.has(id)) return;
      onEvent(`${id} left by itself (exit code ${code})`);
      void this.#ec2
        .send(new TerminateInstancesCommand({ InstanceIds: [id] }))
        .catch((error) => this.#fail(error));
    });
  }

  #environment(id: string, userData: string, bundle: string, metadata: MetadataService): NodeJS.ProcessEnv {
    return {
      ...workerEnvironment(userData),
      CLASSIFYCLOUD_HOME: bundle,
      CACHE_DIRECTORY: join(this.#options.folder, `${id}.cache`),
      AWS_EC2_METADATA_SERVICE_ENDPOINT: metadata.endpoint,
      AWS_ENDPOINT_URL: process.env.AWS_ENDPOINT_URL,
    };
  }
}

function end({ process, metadata }: Running): void {
  metadata.stop();
  if (process.exitCode === null) process.kill('SIGKILL'); // EC2 asks nobody either, once it ends a machine
}
