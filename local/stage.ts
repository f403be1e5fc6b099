import type { ChildProcess } from 'node:child_process';
import type { WriteStream } from 'node:fs';
import { availableParallelism, devNull } from 'node:os';
import { inspect } from 'node:util';
import { readConfig } from '../shared/config.ts';
import { defaultHome } from '../worker/models/default-home.ts';
import { ensureModel } from '../worker/models/ensure-model.ts';
import { catalogueAtHome } from '../worker/models/home-models.ts';
import type { OnProgress } from '../worker/models/progress.ts';
import { type Machine, startAwsEndpoint } from './aws/endpoint.ts';
import { BootWatch } from './boot-watch.ts';
import { buildWorker } from './build-worker.ts';
import type { Children } from './children.ts';
import { freePorts } from './free-port.ts';
import { startOfflineStage } from './offline-stage.ts';
import { startWorker } from './worker-machine.ts';
import { workersReady } from './workers-ready.ts';

export interface Stage {
  settings: LocalSettings;
  http: string;
  ws: string;
  aws: string;
  bucket: string;
  /** Resolves once MIN_WORKERS workers are ready, to what classifies in each. */
  ready: Promise<string[]>;
  /** Rejects if a part of the stage ends by itself. */
  ended: Promise<never>;
}

/** The settings of a stage on this machine, from the environment, with what differs here from a real stage. */
export function localSettings(env: NodeJS.ProcessEnv = process.env) {
  const defaults = {
    MAX_WORKERS: String(availableParallelism()),
    WORKER_THREADS: '1',
    AUTH: 'open',
    STABILISATION_SECONDS: '15', // a worker is a process here, and back in a second
    MODELS_REFRESH_SECONDS: '2', // a look costs nothing here
    ...withoutEmpty(env),
  };
  return readConfig(
    [
      ...(['HTTP_PORT', 'WS_PORT', 'AWS_PORT', 'LOCAL_BOOT_MS', 'MIN_WORKERS', 'MAX_WORKERS'] as const),
      ...(['WORKER_THREADS', 'LONE_IMAGE_THREADS', 'ENGINE', 'PRECISION', 'ECHO_MS', 'CACHE_MB'] as const),
      ...(['MODELS', 'DEFAULT_MODEL', 'MODELS_REFRESH_SECONDS'] as const),
      'ALLOWED_PRIVATE_HOSTS',
      'CLASSIFYCLOUD_HOME',
      'AUTH',
      // Passed on as they are, but told here if they are wrong: once, and before anything starts.
      ...(['REQUEST_TIMEOUT_SECONDS', 'ALLOWED_PORTS', 'HELD_GETS', 'QOS', 'SCALING_FACTOR'] as const),
      ...(['SCALING_POLICY', 'TARGET_WAIT_SECONDS', 'STABILISATION_SECONDS'] as const),
      ...(['TERMINATE_CHECK_EVERY', 'BOOT_DEADLINE_SECONDS', 'DRAIN_SECONDS'] as const),
      ...(['WORKER_MARKET', 'INSTANCE_TYPES', 'SUBNET_IDS', 'WARM_POOL_SIZE'] as const),
      ...(['VISIBILITY_SECONDS', 'HEARTBEAT_SECONDS', 'MAX_LIFETIME_SECONDS'] as const),
      ...(['ALLOWED_ORIGINS', 'LOG_LEVEL', 'LOG_FORMAT'] as const),
    ],
    defaults,
  );
}
export type LocalSettings = ReturnType<typeof localSettings>;

const withoutEmpty = (env: NodeJS.ProcessEnv) =>
  Object.fromEntries(Object.entries(env).filter(([, value]) => value !== ''));

/** What may stand between the parts of a stage, where faults are tried; otherwise nothing does. */
export interface Seams {
  /** Where everybody is to find the embedded cloud and the sockets to push to, given where they really are. */
  inFrontOf?(real: { aws: string; push: string }): Promise<{ aws: string; push: string }>;
  /** Starts the process of a machine that boots, or does what else may become of one. */
  boot?(start: () => ChildProcess, machine: Machine): ChildProcess;
  /** What the programs log goes there, and not to the terminal. Opened already. */
  log?: WriteStream;
}

/**
 * Brings up the whole service on this machine. What it starts belongs to `children`.
 * @param given the settings, as environment variables; the programs get them all
 * @throws ConfigError where one of them is wrong
 */
export async function startStage(
  given: NodeJS.ProcessEnv,
  children: Children,
  onProgress: OnProgress,
  signal: AbortSignal,
  seams: Seams = {},
): Promise<Stage> {
  const settings = localSettings(given);
  const { HTTP_PORT, WS_PORT, AWS_PORT } = settings;
  const ports = await freePorts({ HTTP_PORT, WS_PORT, AWS_PORT, LAMBDA_PORT: 0 });
  const home = settings.CLASSIFYCLOUD_HOME ?? defaultHome();
  const catalogue = await catalogueAtHome(home, settings.MODELS, settings.DEFAULT_MODEL);
  const [program, model] = await Promise.all([
    buildWorker(),
    ensureModel({ home, precision: settings.PRECISION, onProgress, signal }),
  ]);

  const own = { aws: localUrl(ports.AWS_PORT), push: localUrl(ports.WS_PORT) };
  const found = (await seams.inFrontOf?.(own)) ?? own;
  const env = stageEnvironment(given, ports, {
    ...found,
    home,
    sample: model.sample,
    catalogue: JSON.stringify(catalogue),
  });
  const boots = new BootWatch();
  const boot = seams.boot ?? ((start) => start());
  const log = seams.log ?? process.stderr;
  const launch = (machine: Machine) =>
    boot(() => boots.watch(startWorker(children, program, env, machine, log)), machine);
  const cloud = await startAwsEndpoint({
    port: ports.AWS_PORT,
    launch,
    bootDelayMs: () => settings.LOCAL_BOOT_MS,
    log: (event, fields) => {
      // A worker that left as it was told is no news: the load balancer's own lines tell of it.
      if (event !== 'instance-exited' || fields.code !== 0) log.write(`${event} ${inspect(fields)}\n`);
    },
  });
  const offline = await startOfflineStage(children, env, log);
  return {
    settings,
    http: localUrl(ports.HTTP_PORT),
    ws: `ws://127.0.0.1:${ports.WS_PORT}`,
    aws: cloud.url,
    bucket: offline.bucket,
    ready: workersReady(cloud.tagsOfRunning, settings.MIN_WORKERS, signal).finally(() => boots.stop()),
    ended: Promise.race([offline.ended, boots.failed]),
  };
}

const localUrl = (port: number) => `http://127.0.0.1:${port}`;

/** What the programs of a stage run with, by the settings that it was given. */
export function stageEnvironment(
  given: NodeJS.ProcessEnv,
  ports: Record<'HTTP_PORT' | 'WS_PORT' | 'LAMBDA_PORT', number>,
  places: { aws: string; push: string; home: string; sample: string; catalogue: string },
): NodeJS.ProcessEnv {
  const settings = localSettings(given);
  const samplesHosts = [`127.0.0.1:${ports.HTTP_PORT}`, `localhost:${ports.HTTP_PORT}`];
  // The user's own AWS account stays out of it: no profile, no credentials, no endpoint of a single service.
  const own = Object.entries(given).filter(([name]) => !/^AWS_(?!SDK_JS_)/.test(name));
  return {
    ...Object.fromEntries(own),
    AWS_CONFIG_FILE: devNull,
    AWS_SHARED_CREDENTIALS_FILE: devNull,
    HTTP_PORT: String(ports.HTTP_PORT),
    WS_PORT: String(ports.WS_PORT),
    LAMBDA_PORT: String(ports.LAMBDA_PORT),
    WEBSOCKET_ENDPOINT: places.push,
    MIN_WORKERS: String(settings.MIN_WORKERS),
    MAX_WORKERS: String(settings.MAX_WORKERS),
    WORKER_THREADS: String(settings.WORKER_THREADS),
    LONE_IMAGE_THREADS: String(settings.LONE_IMAGE_THREADS),
    STABILISATION_SECONDS: String(settings.STABILISATION_SECONDS),
    ENGINE: settings.ENGINE,
    PRECISION: settings.PRECISION ?? '',
    ECHO_MS: String(settings.ECHO_MS),
    ALLOWED_PRIVATE_HOSTS: [...settings.ALLOWED_PRIVATE_HOSTS, ...samplesHosts].join(','),
    CLASSIFYCLOUD_HOME: places.home,
    AUTH: settings.AUTH,
    SAMPLE: places.sample,
    CATALOGUE: places.catalogue,
    MODELS_REFRESH_SECONDS: String(settings.MODELS_REFRESH_SECONDS),
    LOG_FORMAT: given.LOG_FORMAT || 'text',
    LOG_LEVEL: given.LOG_LEVEL || 'notice',
    AWS_ENDPOINT_URL: places.aws,
    AWS_REGION: 'us-east-1',
    AWS_ACCESS_KEY_ID: 'local',
    AWS_SECRET_ACCESS_KEY: 'local',
  };
}
