import type { WriteStream } from 'node:fs';
import type { Children } from '../../local/children.ts';
import { makePhotos, seeded } from '../bench/photos.ts';
import { Journal } from './clients/journal.ts';
import type { World } from './clients/world.ts';
import { FaultPlan } from './fault-plan.ts';
import { startUnreliableHost, type UnreliableHost } from './image-host.ts';
import { Ledger } from './ledger.ts';
import { type BadNetwork, startBadNetwork } from './network.ts';
import { Outages } from './outages.ts';
import { type FaultyStage, startFaultyStage } from './stage.ts';
import { WorkerFaults } from './worker-faults.ts';

export interface ChaosOptions {
  jobs: number;
  seed: number;
  engine: 'echo' | 'onnx';
  /** Jobs a second that are asked for, as long as not too many are unanswered. */
  rate: number;
  /** Workers killed over the run. */
  kills: number;
  /** Of the calls to the cloud that meet a fault, 0..1; outages come on top. */
  faults: number;
  /** From acceptance to the deadline, in s. */
  deadline: number;
  /** What the service logs goes there. */
  log: WriteStream;
}

/** All that takes part in a run. */
export interface Trial extends FaultyStage {
  outages: Outages;
  ledger: Ledger;
  workers: WorkerFaults;
  images: UnreliableHost;
  network: BadNetwork;
  world: World;
  journal: Journal;
}

/** Of the echo engine, for an image. */
const ECHO_MS = 30;
const JOBS_FOR_A_FREEZE = 250;
const JOBS_FOR_A_DRAIN = 100;

/** Starts everything; nothing fails yet. */
export async function prepareTrial(
  children: Children,
  { jobs, seed, engine, kills, faults: share, deadline, log }: ChaosOptions,
  signal: AbortSignal,
): Promise<Trial> {
  // A stream of chance for each part: what one takes of it must not change what another meets.
  const random = (part: number) => seeded(seed * 1000 + part);
  const outages = new Outages(seed);
  const ledger = new Ledger();
  const workers = new WorkerFaults({
    kills,
    freezes: Math.ceil(jobs / JOBS_FOR_A_FREEZE),
    drains: Math.ceil(jobs / JOBS_FOR_A_DRAIN),
    random: random(2),
  });
  const images = await startUnreliableHost(await makePhotos(), random(3));
  const settings = {
    ENGINE: engine,
    ECHO_MS: String(ECHO_MS),
    MIN_WORKERS: '3',
    MAX_WORKERS: '4',
    WORKER_THREADS: '1',
    CACHE_MB: '0', // each job is to be worked on
    REQUEST_TIMEOUT_SECONDS: String(deadline),
    ALLOWED_PRIVATE_HOSTS: images.host,
  };
  const plan = new FaultPlan({ seed, share, outages });
  const service = await startFaultyStage(children, { settings, plan, ledger, workers, log, signal });
  const { ws, http } = service.stage;
  const network = await startBadNetwork(Number(new URL(ws).port), random(4));
  const journal = new Journal();
  const world: World = {
    ws,
    http,
    badWs: `ws://127.0.0.1:${network.port}`,
    requestTimeoutSeconds: deadline,
    journal,
    random: random(5),
    signal,
  };
  const stop = () => {
    network.stop();
    images.stop();
    service.stop();
  };
  return { ...service, outages, ledger, workers, images, network, world, journal, stop };
}
