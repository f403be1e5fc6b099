import { ConfigError, readConfig } from '../shared/config.ts';
import { alsoLogTo, log } from '../shared/log.ts';
import { bootStages } from './boot-stages.ts';
import { CloudWatchLog } from './cloudwatch-log.ts';
import type { Decode } from './decode-image.ts';
import { createEngine } from './engines/create-engine.ts';
import type { Engine } from './engines/engine.ts';
import { ImageFetcher } from './fetch-image.ts';
import { ImageDecoder } from './image-decoder.ts';
import { type Identity, identify } from './instance-metadata.ts';
import { defaultHome } from './models/default-home.ts';
import { oneModel } from './one-model.ts';
import { WORKER_SETTINGS, type WorkerConfig } from './settings.ts';
import { USER_AGENT } from './user-agent.ts';
import { Worker } from './worker.ts';

/*
 * The worker process: reads its settings, gets its engine ready, and works until it is told to go. Exit code 0 when
 * it left as it was told, gracefully or not; 1 when it cannot start or broke down. On EC2 systemd then shuts the
 * machine down.
 */
let worker: Worker | undefined;
let remoteLog: CloudWatchLog | undefined;

/** How far the process had come when, in ms since it began: what a cold start is made of. */
const startMs: Record<string, number> = {
  node: performance.nodeTiming.bootstrapComplete,
  program: performance.now(),
};

for (const signal of ['SIGTERM', 'SIGINT'] as const) {
  // Before it works it holds nothing that could be lost.
  process.on(signal, () => (worker ? worker.onSignal(signal) : process.exit(0)));
}

try {
  const config = readConfig(WORKER_SETTINGS);
  const decoder = new ImageDecoder({ atOnce: config.WORKER_THREADS });
  const [identity, engine] = await Promise.all([learnIdentity(config), readyEngine(config), decoder.start()]);
  const fetcher = new ImageFetcher({ rules: urlRules(config), userAgent: USER_AGENT });
  const decode: Decode = (bytes, wanted) => decoder.decode(bytes, wanted);
  worker = new Worker({ config, identity, models: oneModel(engine), engine, fetcher, decode });
  log.info('worker ready', {
    ...identity,
    engine: engine.name,
    precision: engine.precision,
    threads: engine.threads,
    startMs,
    ...bootMs(config),
  });
  const way = await worker.run();
  log.info('worker gone', { way });
  await remoteLog?.close();
  process.exit(0);
} catch (error) {
  // Plainly, since the logger has settings of its own that may be the wrong ones.
  if (error instanceof ConfigError) for (const problem of error.problems) console.error(problem);
  else log.error(worker ? 'worker broke down' : 'worker cannot start', { error });
  await remoteLog?.close();
  process.exit(1);
}

/** Who this machine is; from here on the log goes to CloudWatch too, under its id. */
async function learnIdentity(config: WorkerConfig): Promise<Identity> {
  const identity = await identify(config);
  if (config.LOG_GROUP !== undefined) {
    const remote = new CloudWatchLog(config.LOG_GROUP, identity.instanceId);
    remoteLog = remote;
    alsoLogTo((line) => remote.add(line));
  }
  return identity;
}

/** What the time from the launch until now was spent on, where the user data told. */
function bootMs({ BOOT_TIMES }: WorkerConfig) {
  if (BOOT_TIMES === undefined) return {};
  return { bootMs: bootStages(BOOT_TIMES, { beganAt: performance.timeOrigin, readyAt: Date.now() }) };
}

async function readyEngine(config: WorkerConfig): Promise<Engine> {
  const engine = await createEngine(
    {
      engine: config.ENGINE,
      precision: config.PRECISION,
      threads: config.WORKER_THREADS,
      loneThreads: config.LONE_IMAGE_THREADS,
      echoMs: config.ECHO_MS,
      home: config.CLASSIFYCLOUD_HOME ?? defaultHome(),
    },
    { onProgress: (progress) => log.info('preparing the model', { ...progress }) },
  );
  startMs.session = performance.now();
  await engine.warmUp();
  startMs.warm = performance.now();
  return engine;
}

function urlRules({ ALLOWED_PORTS, ALLOWED_PRIVATE_HOSTS }: WorkerConfig) {
  return { allowedPorts: ALLOWED_PORTS, allowedPrivateHosts: ALLOWED_PRIVATE_HOSTS };
}
