import { setTimeout as sleep } from 'node:timers/promises';
import { DescribeInstancesCommand, EC2Client } from '@aws-sdk/client-ec2';
import type { Children } from '../../local/children.ts';
import type { Assumptions, Trace } from '../../scaler/simulator/assumptions.ts';
import { billedSeconds } from '../../scaler/simulator/machine.ts';
import { TAGS } from '../../shared/tags.ts';
import { startImageServer } from '../bench/image-server.ts';
import { makePhotos } from '../bench/photos.ts';
import { startService } from '../bench/service.ts';
import { ClientSocket } from '../bench/socket.ts';

/** What came of a trace. */
export interface Outcome {
  /** Mean time from sending to the answer, in ms. */
  meanMs: number;
  /** As billed: from launch to end, or to the last answer, and 60 s at least. */
  machineSeconds: number;
}

/** And how long machines took from their launch until their workers were ready, in s; none where none was launched. */
export interface StageOutcome extends Outcome {
  bootSeconds: number[];
}

/** The trace begins at any moment between two ticks. */
const TICK_MS = 5_000;
const POLL_MS = 500;

/**
 * Sends a trace through a stage of its own on this machine.
 * @throws Error where a request is not answered
 */
export async function runOnStage(
  children: Children,
  { arrivals }: Trace,
  assumptions: Assumptions,
  bootSeconds: number,
): Promise<StageOutcome> {
  const images = await startImageServer(await makePhotos());
  const service = await startService(children, {
    ENGINE: 'echo',
    ECHO_MS: String(assumptions.serviceMs),
    WORKER_THREADS: '1',
    MIN_WORKERS: String(assumptions.minWorkers),
    MAX_WORKERS: String(assumptions.maxWorkers),
    LOCAL_BOOT_MS: String(bootSeconds * 1000),
    SCALING_POLICY: 'backlog',
    TARGET_WAIT_SECONDS: String(assumptions.targetWaitSeconds),
    STABILISATION_SECONDS: String(assumptions.stabilisationSeconds),
    ALLOWED_PRIVATE_HOSTS: images.host,
  });
  try {
    const socket = await ClientSocket.connect(service.ws);
    await sleep(Math.random() * TICK_MS);
    const start = Date.now();
    const machines = new MachineWatch(service.aws, start);
    const answers = Array.from(arrivals, async (at, index) => {
      await sleep(Math.max(0, start + at - Date.now()));
      const sentAt = Date.now();
      const answer = await socket.classify(`http://${images.host}/photo.jpg?n=${index}`, 150_000);
      if (answer.kind !== 'result')
        throw new Error(`request ${index} was answered: ${JSON.stringify(answer)}`);
      return Date.now() - sentAt;
    });
    const took = await Promise.all(answers);
    const watched = await machines.stop();
    socket.close();
    return { meanMs: took.reduce((sum, ms) => sum + ms, 0) / took.length, ...watched };
  } finally {
    await service.stop();
    images.stop();
  }
}

/** Watches the machines of an embedded cloud come and go. */
class MachineWatch {
  readonly #ec2: EC2Client;
  readonly #start: number;
  readonly #spans = new Map<string, { launchedAt: number; endedAt: number }>();
  readonly #bootSeconds = new Map<string, number>();
  readonly #stopping = new AbortController();
  readonly #over: Promise<void>;

  constructor(endpoint: string, start: number) {
    const credentials = { accessKeyId: 'local', secretAccessKey: 'local' };
    this.#ec2 = new EC2Client({ endpoint, region: 'us-east-1', credentials });
    this.#start = start;
    this.#over = this.#watch();
  }

  /** What was seen since the start. Machines that were there before count from then. */
  async stop(): Promise<Omit<StageOutcome, 'meanMs'>> {
    this.#stopping.abort();
    await this.#over;
    await this.#look();
    const now = Date.now();
    const machineSeconds = [...this.#spans.values()].reduce((sum, span) => sum + billedSeconds(span, now), 0);
    return { machineSeconds, bootSeconds: [...this.#bootSeconds.values()] };
  }

  async #watch(): Promise<void> {
    while (!this.#stopping.signal.aborted) {
      await this.#look();
      await sleep(POLL_MS, undefined, { signal: this.#stopping.signal }).catch(() => {});
    }
  }

  async #look(): Promise<void> {
    const { Reservations = [] } = await this.#ec2.send(new DescribeInstancesCommand({}));
    for (const { InstanceId = '', LaunchTime, State, Tags = [] } of Reservations.flatMap(
      ({ Instances = [] }) => Instances,
    )) {
      const readyAt = Date.parse(Tags.find(({ Key }) => Key === TAGS.readyAt)?.Value ?? '');
      if (LaunchTime && LaunchTime.getTime() > this.#start && readyAt > 0)
        this.#bootSeconds.set(InstanceId, (readyAt - LaunchTime.getTime()) / 1000);
      const launchedAt = Math.max(this.#start, LaunchTime?.getTime() ?? 0);
      const span = this.#spans.get(InstanceId) ?? { launchedAt, endedAt: Number.POSITIVE_INFINITY };
      const isUp = State?.Name === 'pending' || State?.Name === 'running';
      if (!isUp) span.endedAt = Math.min(span.endedAt, Date.now());
      if (isUp || this.#spans.has(InstanceId)) this.#spans.set(InstanceId, span);
    }
  }
}
