import { ConfigError, readConfig } from '../shared/config.ts';
import { alsoLogTo, log } from '../shared/log.ts';
import { bootStages } from './boot-stages.ts';
import { CloudWatchLog } from './cloudwatch-log.ts';
import type { Decode } from './decode-image.ts';
import { type PreparedModel, prepareModel } from './engines/create-engine.ts';
import { servedModel } from './engines/model-source.ts';
import { ImageFetcher } from './fetch-image.ts';
import { ImageDecoder } from './image-decoder.ts';
import { type Identity, identify } from './instance-metadata.ts';
import { type LoadedModel, LoadedModels } from './loaded-models.ts';
import { keyOf } from './model-loads.ts';
import { defaultHome } from './models/default-home.ts';
import { openRepository } from './models/repository.ts';
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
  const [identity, { models, usual }] = await Promise.all([
    learnIdentity(config),
    readyModels(config),
    decoder.start(),
  ]);
  const fetcher = new ImageFetcher({ rules: urlRules(config), userAgent: USER_AGENT });
  const decode: Decode = (bytes, wanted) => decoder.decode(bytes, wanted);
  worker = new Worker({ config, identity, models, engine: usual.engine, fetcher, decode });
  log.info('worker ready', {
    ...identity,
    model: keyOf(usual.manifest),
    engine: usual.engine.name,
    precision: usual.engine.precision,
    threads: usual.engine.threads,
    startMs,
    ...bootMs(config),
  });
  const way = await worker.run();
  await models.close();
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

/** The models of the stage, the usual one loaded. */
async function readyModels(config: WorkerConfig): Promise<{ models: LoadedModels; usual: LoadedModel }> {
  const repository = await openRepository({
    bucket: config.BUCKET,
    home: config.CLASSIFYCLOUD_HOME ?? defaultHome(),
    cache: config.CACHE_DIRECTORY,
    refreshMs: config.MODELS_REFRESH_SECONDS * 1000,
    onProgress: (progress) => log.info('preparing the model', { ...progress }),
  });
  const settings = {
    engine: config.ENGINE,
    precision: config.PRECISION,
    threads: config.WORKER_THREADS,
    loneThreads: config.LONE_IMAGE_THREADS,
    echoMs: config.ECHO_MS,
  };
  const models = new LoadedModels({
    repository,
    prepare: async (id) => timingTheFirst(await prepareModel(servedModel(repository, id), settings)),
    limitMb: config.MODEL_MEMORY_MB * config.WORKER_THREADS,
  });
  const usual = await models.preload(repository.usual);
  startMs.warm = performance.now();
  return { models, usual };
}

/** The first model is part of a cold start. */
function timingTheFirst(prepared: PreparedModel): PreparedModel {
  const load = async () => {
    const engine = await prepared.load();
    startMs.session ??= performance.now();
    return engine;
  };
  return { ...prepared, load };
}

function urlRules({ ALLOWED_PORTS, ALLOWED_PRIVATE_HOSTS }: WorkerConfig) {
  return { allowedPorts: ALLOWED_PORTS, allowedPrivateHosts: ALLOWED_PRIVATE_HOSTS };
}
