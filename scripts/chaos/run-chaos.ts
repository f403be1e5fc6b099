import type { WriteStream } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Children } from '../../local/children.ts';
import { acceptedAt } from '../../shared/request-id.ts';
import { makePhotos, seeded } from '../bench/photos.ts';
import { tell } from '../bench/progress.ts';
import { percentile } from '../bench/statistics.ts';
import { audit } from './audit.ts';
import { Journal } from './clients/journal.ts';
import { nextSession } from './clients/sessions.ts';
import type { World } from './clients/world.ts';
import { resumeAll, storedIn, workLeft } from './evidence.ts';
import { FaultPlan } from './fault-plan.ts';
import { startUnreliableHost, type UnreliableHost } from './image-host.ts';
import { add, Ledger, sumOf } from './ledger.ts';
import { startBadNetwork } from './network.ts';
import { outagesWithin } from './outages.ts';
import type { ChaosReport } from './report.ts';
import { startFaultyStage } from './stage.ts';
import { WorkerFaults } from './worker-faults.ts';

export interface ChaosOptions {
  jobs: number;
  seed: number;
  engine: 'echo' | 'onnx';
  /** Jobs a second that are asked for. */
  rate: number;
  /** Workers killed over the run. */
  kills: number;
  /** Of the calls to the cloud that meet a fault, 0..1; outages come on top. */
  faults: number;
  /** What the service logs goes there. */
  log: WriteStream;
}

const REQUEST_TIMEOUT_SECONDS = 120;
/** Of the echo engine, for an image. */
const ECHO_MS = 30;
const JOBS_FOR_A_FREEZE = 250;
const JOBS_FOR_A_DRAIN = 100;
const PROGRESS_EVERY_MS = 5_000;

/** Runs the service under faults, and compares what was asked with what was stored and told. */
export async function runChaos(
  children: Children,
  options: ChaosOptions,
  signal: AbortSignal,
): Promise<ChaosReport> {
  const startedAt = performance.now();
  const { jobs, seed, engine, rate, kills, faults: share } = options;
  const loadMs = (jobs / rate) * 1000;
  const random = (name: number) => seeded(seed * 1000 + name);
  const outages = outagesWithin(loadMs, random(1));
  const plan = new FaultPlan({ seed, share, outages });
  const ledger = new Ledger();
  const freezes = Math.ceil(jobs / JOBS_FOR_A_FREEZE);
  const drains = Math.ceil(jobs / JOBS_FOR_A_DRAIN);
  const workers = new WorkerFaults({ kills, freezes, drains, loadMs, random: random(2) });
  const images = await startUnreliableHost(await makePhotos(), random(3));
  tell(`starting the service with engine ${engine}`);
  const settings = {
    ENGINE: engine,
    ECHO_MS: String(ECHO_MS),
    MIN_WORKERS: '2',
    MAX_WORKERS: '4',
    WORKER_THREADS: '1',
    REQUEST_TIMEOUT_SECONDS: String(REQUEST_TIMEOUT_SECONDS),
    ALLOWED_PRIVATE_HOSTS: images.host,
  };
  const { stage, faults, s3, sqs, readyWorkers, stop } = await startFaultyStage(children, {
    settings,
    plan,
    ledger,
    workers,
    log: options.log,
    signal,
  });
  const network = await startBadNetwork(Number(new URL(stage.ws).port), random(4));
  const journal = new Journal();
  const world: World = {
    ws: stage.ws,
    http: stage.http,
    badWs: `ws://127.0.0.1:${network.port}`,
    requestTimeoutSeconds: REQUEST_TIMEOUT_SECONDS,
    journal,
    random: random(5),
    signal,
  };

  tell(`asking for ${jobs} images, ${rate} a second`);
  const progress = setInterval(() => {
    const stored = [...ledger.puts.values()].filter((puts) => puts.some(({ status }) => status === 200));
    tell(
      `${ledger.queued.size} queued, ${stored.length} stored; ${workers.counts.killed} of ${kills} workers killed; ${sumOf(ledger.faults)} faults in ${sumOf(ledger.calls)} calls`,
    );
  }, PROGRESS_EVERY_MS);
  faults.begin();
  const loadOver = new AbortController();
  const harm = workers.run(readyWorkers, AbortSignal.any([loadOver.signal, signal]));
  await Promise.race([stage.ended, load(world, images, options)]);
  loadOver.abort();
  await harm;
  faults.end();
  tell('no more faults; waiting for what is left');
  const left = await workLeft(sqs);
  clearInterval(progress);

  tell('comparing what was asked with what was stored and told');
  const asked = new Set([...journal.accepted, ...ledger.queued]);
  const resumed = await resumeAll(world, [...asked]);
  const stored = await storedIn(s3, stage.bucket);
  const evidence = { ...ledgerOf(ledger), ...journalOf(journal), stored, resumed };
  const violations = [
    ...left,
    ...audit({ ...evidence, requestTimeoutSeconds: REQUEST_TIMEOUT_SECONDS }),
    ...journal.strange.map((text) => `a client was sent ${text}`),
  ];
  const outcomes = new Map<string, number>();
  for (const { outcome } of stored.values())
    add(outcomes, outcome.type === 'error' ? outcome.error.code : 'result');
  const calls = sumOf(ledger.calls);
  network.stop();
  images.stop();
  stop();
  return {
    jobs,
    seed,
    engine,
    seconds: (performance.now() - startedAt) / 1000,
    accepted: journal.accepted.size,
    queued: ledger.queued.size,
    stored: stored.size,
    outcomes: Object.fromEntries(outcomes),
    storedAfter: storedAfter(ledger),
    cloud: {
      calls,
      faults: sumOf(ledger.faults),
      faultShare: sumOf(ledger.faults) / calls,
      byKind: Object.fromEntries(ledger.faults),
      deliveries: Object.fromEntries(ledger.tricks),
      outages: outages.map(
        ({ name, fromMs, toMs }) => `${name} ${(fromMs / 1000).toFixed(0)}–${(toMs / 1000).toFixed(0)} s`,
      ),
    },
    workers: workers.counts,
    network: { 'connections broken': network.broken, 'downloads failed': images.failures },
    clients: Object.fromEntries(journal.events),
    violations,
  };
}

const ledgerOf = ({ queued, puts, receives, buried }: Ledger) => ({ queued, puts, receives, buried });
const journalOf = ({ accepted, told, missed }: Journal) => ({ accepted, told, missed });

/** Clients come at a steady rate, whatever becomes of those before them. */
async function load(world: World, images: UnreliableHost, { jobs, rate }: ChaosOptions): Promise<void> {
  const start = performance.now();
  const visits: Promise<void>[] = [];
  for (let asked = 0; asked < jobs; ) {
    const { session, images: count } = nextSession(world.random);
    const urls = Array.from({ length: Math.min(count, jobs - asked) }, (_, n) => images.url(asked + n));
    asked += urls.length;
    world.journal.count(session.name);
    visits.push(session.run(world, urls));
    await sleep(start + (asked / rate) * 1000 - performance.now(), undefined, { signal: world.signal });
  }
  await Promise.all(visits);
}

function storedAfter({ puts }: Ledger): ChaosReport['storedAfter'] {
  const seconds = [...puts].flatMap(([id, all]) => {
    const first = all.find(({ status }) => status === 200);
    return first ? [(first.at - (acceptedAt(id) ?? first.at)) / 1000] : [];
  });
  const sorted = seconds.toSorted((a, b) => a - b);
  return { p50: percentile(sorted, 0.5), p99: percentile(sorted, 0.99), max: percentile(sorted, 1) };
}
