import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { awsCloud } from '../../scaler/cloud.ts';
import { runTick } from '../../scaler/run-tick.ts';
import { SETTINGS } from '../../scaler/tick.ts';
import { readConfig } from '../../shared/config.ts';
import { responseMessage } from '../../shared/jobs.ts';
import { TAGS } from '../../shared/tags.ts';
import { decodeImage } from '../../worker/decode-image.ts';
import { EchoEngine } from '../../worker/engines/echo.ts';
import { ImageFetcher } from '../../worker/fetch-image.ts';
import { WORKER_SETTINGS } from '../../worker/settings.ts';
import { anyJpeg } from '../../worker/testing/image-host.ts';
import { jobFor } from '../../worker/testing/jobs.ts';
import { oneModel } from '../../worker/testing/one-model.ts';
import { Worker } from '../../worker/worker.ts';
import { queues } from './in-process-aws.ts';
import { byId, type Machine, stages } from './machines.ts';
import type { Scenario } from './scenario.ts';

/** What became of a scenario. */
export interface Tally {
  jobs: number;
  /** Workers that were told to go by a message or a signal, and those of them that held a job by then. */
  left: number;
  leftWhileBusy: number;
  /** Machines that were stopped for the warm pool. */
  parked: number;
  /** Workers that went with a job in hand, or did not go gracefully. */
  busyKilled: number;
  /** Jobs without an answer, and jobs still in the queue once all workers are gone. */
  lost: number;
  undone: number;
  /** Machines that the load balancer ended or stopped though their workers were not drained. */
  ended: number;
}

const jpeg = anyJpeg();
const PATIENCE_MS = 60_000;

/** Runs a scenario to its end: real workers, real ticks. */
export async function runScenario(scenario: Scenario): Promise<Tally> {
  const stage = randomUUID();
  const queue = (name: string) => queues.create(`${stage}-${name}`, {}, {});
  const [requests, responses] = [queue('requests'), queue('responses')];
  const [terminate, deadLetters] = [queue('terminate'), queue('dead-letters')];
  const urlOf = ({ name }: { name: string }) => `http://queue/000000000000/${name}`;
  const env = {
    STAGE: 'local',
    BUCKET: stage,
    REQUEST_QUEUE_URL: urlOf(requests),
    RESPONSE_QUEUE_URL: urlOf(responses),
    TERMINATE_QUEUE_URL: urlOf(terminate),
    DEAD_LETTER_QUEUE_URL: urlOf(deadLetters),
    LAUNCH_TEMPLATE_ID: 'lt-1',
    SCALING_POLICY: 'classifycloud',
    MIN_WORKERS: String(scenario.minWorkers),
    MAX_WORKERS: String(scenario.workers),
    QOS: String(scenario.qos),
    WARM_POOL_SIZE: String(Math.min(scenario.warmPool, scenario.workers)),
    TERMINATE_CHECK_EVERY: String(scenario.checkEvery),
    ENGINE: 'echo',
    WORKER_THREADS: '1',
  };
  const workerConfig = readConfig(WORKER_SETTINGS, env);
  const tickConfig = { ...readConfig(SETTINGS, env), STAGE: stage };
  const tally = { jobs: scenario.jobs.length, left: 0, leftWhileBusy: 0, parked: 0, busyKilled: 0 };
  const running = new Map<Worker, Promise<void>>();
  const machineOf = new Map<Worker, Machine>();
  const signalled = new Set<Worker>();
  /** A first signal, and no second: that would be the forceful way. */
  const tell = (worker: Worker) => {
    if (!signalled.has(worker)) worker.onSignal('SIGTERM');
    signalled.add(worker);
  };

  async function launch(tags: Record<string, string>): Promise<void> {
    const instanceId = `i-${randomUUID()}`;
    const engine = new EchoEngine({ threads: 1, echoMs: scenario.echoMs });
    const fetcher = new ImageFetcher({
      rules: { allowedPorts: [80], allowedPrivateHosts: [] },
      userAgent: 'test',
    });
    const machine: Machine = {
      stage,
      state: 'running',
      launchedAt: new Date(own.now),
      tags: { ...tags },
      held: 0,
      heldWhenTold: undefined,
      stop() {
        if (machine.state !== 'running') return;
        countUndrained();
        machine.state = 'stopped';
        tally.parked++;
        tell(worker);
      },
      start() {
        if (machine.state !== 'stopped') return;
        machine.state = 'terminated';
        own.launch({ [TAGS.state]: 'booting' }); // with another id, for its worker's last tags may still be on their way
      },
      end() {
        if (machine.state !== 'running') return;
        countUndrained();
        machine.state = 'terminated';
        tell(worker);
      },
    };
    const countUndrained = () => {
      if (machine.held > 0 || machine.tags[TAGS.state] !== 'parking') own.ended++;
    };
    byId.set(instanceId, machine);
    let first = true;
    // From the download to the end of the inference a job is in hand.
    const fetch: ImageFetcher['fetch'] = async () => {
      machine.held++;
      await sleep(Math.random() * scenario.downloadMs);
      const patience = Date.now() + (first ? scenario.firstDownloadMs : 0);
      first = false;
      while (machine.heldWhenTold === undefined && Date.now() < patience) await sleep(5);
      return { changed: true, bytes: await jpeg, hash: randomUUID(), validator: undefined };
    };
    Object.assign(fetcher, { fetch });
    const infer = engine.classify.bind(engine);
    const classify = async (images: Uint8Array, count: number) => {
      const answer = await infer(images, count);
      machine.held--;
      return answer;
    };
    Object.assign(engine, { classify });
    const identity = { instanceId, launchTemplateVersion: undefined };
    const times = { idleAfterMs: 0, longPollSeconds: 1 };
    const worker = new Worker({
      config: workerConfig,
      identity,
      models: oneModel(engine),
      engine,
      fetcher,
      decode: decodeImage,
      times,
    });
    const done = worker.run().then((way) => {
      running.delete(worker);
      fetcher.destroy();
      if (machine.state === 'running') machine.state = 'terminated';
      if (way === 'forceful' || machine.held > 0) tally.busyKilled++;
      if (machine.heldWhenTold === undefined) return;
      tally.left++;
      if (machine.heldWhenTold > 0) tally.leftWhileBusy++;
    });
    running.set(worker, done);
    machineOf.set(worker, machine);
  }
  const own = { now: Date.now(), launch: (tags: Record<string, string>) => void launch(tags), ended: 0 };
  stages.set(stage, own);

  for (let i = 0; i < scenario.workers; i++) await launch({ [TAGS.state]: 'booting' });
  const jobs = scenario.jobs.map(() => jobFor(`http://images.test/${randomUUID()}.jpg`));
  const queued = scenario.jobs.map(async (at, i) => {
    await sleep(at);
    requests.send({ body: JSON.stringify(jobs[i]) });
  });
  const signal = async () => {
    if (scenario.signalAt === undefined) return;
    await sleep(scenario.signalAt);
    const isBusy = (worker: Worker) => (machineOf.get(worker)?.held ?? 0) > 0;
    for (const patience = Date.now() + 200; Date.now() < patience && ![...running.keys()].some(isBusy); )
      await sleep(1);
    const chosen = [...running.keys()].find(isBusy) ?? [...running.keys()][0];
    if (chosen) tell(chosen);
  };
  const answered = new Set<string>();
  const isOver = () => answered.size === jobs.length;
  const deadline = Date.now() + PATIENCE_MS;
  const listen = async () => {
    while (!isOver() && Date.now() < deadline) {
      const receipts = await responses.receive(10, 600, 1, AbortSignal.timeout(2_000));
      for (const { message } of receipts) {
        const { requestId, outcome } = responseMessage.parse(JSON.parse(message.body));
        if (outcome.type === 'result') answered.add(requestId);
        else throw new Error(`a job ended in ${outcome.error.code}`);
      }
    }
  };
  const tickOn = async () => {
    const cloud = awsCloud(tickConfig);
    // A tick's five seconds pass in a few ms; and two more once the work is done.
    for (let left = 2; left > 0 && Date.now() < deadline; own.now += 5_000) {
      await runTick(cloud, tickConfig, own.now);
      await sleep(scenario.tickMs);
      if (isOver()) left--;
    }
  };
  await Promise.all([...queued, signal(), listen(), tickOn()]);
  for (const worker of running.keys()) tell(worker);
  await Promise.all(running.values());

  const { ready, inFlight } = requests.counts();
  const unanswered = jobs.filter(({ requestId }) => !answered.has(requestId)).length;
  for (const each of [requests, responses, terminate, deadLetters]) queues.delete(each);
  for (const [id, machine] of byId) if (machine.stage === stage) byId.delete(id);
  stages.delete(stage);
  return { ...tally, lost: unanswered, undone: ready + inFlight, ended: own.ended };
}
