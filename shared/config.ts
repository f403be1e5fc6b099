import { availableParallelism } from 'node:os';
import type { _InstanceType } from '@aws-sdk/client-ec2';
import * as z from 'zod';
import { contradictionsIn } from './contradictions.ts';
import { MODEL_NAME, MODEL_REFERENCE } from './models.ts';

const whole = (min: number, max = Number.MAX_SAFE_INTEGER) => z.coerce.number().int().min(min).max(max);
const list = <T extends z.ZodType<unknown, string | number>>(item: T) =>
  z.preprocess(
    (text) =>
      typeof text === 'string'
        ? text
            .split(',')
            .map((part) => part.trim())
            .filter(Boolean)
        : text,
    z.array(item),
  );
/** An instance's address in the form `host:port`, as it stands in a URL. */
const hostAndPort = z.string().regex(/^(\[[0-9a-f:.]+\]|[^\s:/]+):\d{1,5}$/i, 'must be host:port');

const instanceType = z.custom<_InstanceType>(
  (text) => typeof text === 'string' && /^[a-z][a-z0-9-]*\.[a-z0-9-]+$/.test(text),
  'must be types such as c7a.medium',
);
/** A page's origin as its browser tells it: `https://example.org`, with the port where it is not the scheme's own. */
const origin = z.string().regex(/^(\*|https?:\/\/[^\s/]+)$/, 'must be like https://example.org, or *');

/** Every environment variable that a program of ours reads, with its default and what it does. */
export const SETTINGS = {
  STAGE: z.string().default('local').describe('Name of the stage'),
  REQUEST_QUEUE_URL: z.url().describe('Queue of the requests'),
  RESPONSE_QUEUE_URL: z.url().describe('Queue of the responses'),
  TERMINATE_QUEUE_URL: z.url().describe('Queue of the terminate messages'),
  DEAD_LETTER_QUEUE_URL: z.url().describe('Where requests go that no worker could finish'),
  BUCKET: z.string().min(1).describe('Bucket of results and state'),
  WEBSOCKET_ENDPOINT: z.url().describe('Management endpoint of the WebSocket API, for pushing'),
  UPLOAD_ORIGIN: z.url().describe('Where the page sends files to: the origin of the bucket’s presigned URLs'),
  LAUNCH_TEMPLATE_ID: z.string().min(1).describe('EC2 launch template of a worker'),
  AUTH: z
    .enum(['keys', 'open'])
    .default('keys')
    .describe('Who may use the stage: who has an API key, or everybody'),
  ALLOWED_ORIGINS: list(origin)
    .default(['*'])
    .describe('Origins whose pages may connect from a browser; * for all'),
  REQUEST_TIMEOUT_SECONDS: whole(1, 3600).default(120).describe('Time from acceptance to the deadline, in s'),
  ALLOWED_PORTS: list(z.coerce.number<string>().int().min(1).max(65_535))
    .default([80, 443])
    .describe('Ports that an image may be fetched from'),
  ALLOWED_PRIVATE_HOSTS: list(hostAndPort)
    .default([])
    .describe('host:port pairs that the URL guard lets pass, though private'),
  HELD_GETS: whole(0).default(500).describe('GETs that may wait at once for their result'),
  RATE_LIMIT: whole(1).default(500).describe('Calls that each API takes a second; beyond it answers 429'),
  BURST_LIMIT: whole(1).default(1000).describe('Calls that each API takes at once'),
  MIN_WORKERS: whole(0, 10_000).default(1).describe('Workers that are kept warm'),
  MAX_WORKERS: whole(1, 10_000).default(19).describe('Workers at most'),
  QOS: whole(1).default(5).describe('Queued messages that one worker is to answer for'),
  SCALING_FACTOR: z.coerce
    .number()
    .positive()
    .max(10)
    .default(1)
    .describe('Share of the gap closed in one tick'),
  SCALING_POLICY: z
    .enum(['backlog', 'classifycloud'])
    .default('backlog')
    .describe('Rule of the load balancer: by the time that the work takes, or by the queue’s length alone'),
  TARGET_WAIT_SECONDS: z.coerce
    .number()
    .positive()
    .max(3600)
    .default(5)
    .describe('Policy backlog: time in which what waits is to be worked off, in s'),
  STABILISATION_SECONDS: whole(0, 86_400)
    .default(300)
    .describe('Policy backlog: time that a demand is remembered before workers are let go, in s'),
  TERMINATE_CHECK_EVERY: whole(1)
    .default(5)
    .describe('Jobs after which a busy worker looks for a terminate message'),
  BOOT_DEADLINE_SECONDS: whole(1)
    .default(300)
    .describe('Time in which a launched worker has to be ready, in s'),
  WORKER_MARKET: z
    .enum(['on-demand', 'spot'])
    .default('on-demand')
    .describe(
      'How EC2 sells the machines; spot is cheaper, and may be taken back with two minutes of notice',
    ),
  INSTANCE_TYPES: list(instanceType)
    .default([])
    .describe('Instance types in order of preference; none: the one of the launch template'),
  INSTANCE_TYPE: instanceType
    .optional()
    .describe('Instance type of the launch template; unset: one core of the current generation'),
  IMAGE_PARAMETER: z
    .string()
    .regex(/^(\/[\w.-]+)+$/, 'must be the name of an SSM parameter, such as /classifycloud/prod/image')
    .optional()
    .describe('SSM parameter that names the image of the workers’ machines; unset: that of Ubuntu'),
  SUBNET_IDS: list(z.string().regex(/^subnet-[0-9a-f]+$/, 'must be subnets such as subnet-0a1b'))
    .default([])
    .describe('Subnets, and with them zones, in order of preference; none: the default ones of the VPC'),
  WORKER_ARCHITECTURE: z.enum(['x64', 'arm64']).default('x64').describe('Processor of the workers’ machines'),
  WARM_POOL_SIZE: whole(0, 10_000)
    .default(0)
    .describe('Stopped machines kept to be started before new ones are launched; on-demand only'),
  MAX_LIFETIME_SECONDS: whole(60, 2_000_000)
    .optional()
    .describe('Age at which a worker drains and makes room for a new one, in s; unset: none'),
  VISIBILITY_SECONDS: whole(2, 43_200)
    .default(15)
    .describe('Time after which a job of a worker that died is given to another, in s'),
  HEARTBEAT_SECONDS: z.coerce
    .number()
    .positive()
    .default(5)
    .describe('Time between two renewals of that by a worker that lives, in s'),
  WORKER_THREADS: whole(1, 256).default(availableParallelism()).describe('Inference threads of a worker'),
  LONE_IMAGE_THREADS: whole(1, 256)
    .default(1)
    .describe('Threads that a worker puts on an image that is alone in it; over 1: one more net in memory'),
  ENGINE: z
    .enum(['auto', 'onnx', 'tfjs', 'echo'])
    .default('auto')
    .describe('What classifies; auto takes the fastest that loads, echo answers without looking'),
  PRECISION: z
    .enum(['int8', 'fp32'])
    .optional()
    .describe('Arithmetic of the net; unset: int8 with onnx, fp32 with tfjs'),
  MODELS: list(MODEL_REFERENCE)
    .default([])
    .describe(
      'Models to serve, as name or name@version; none: the built-in ones, and on this machine all that were added',
    ),
  DEFAULT_MODEL: MODEL_NAME.optional().describe(
    'Model of a request that names none; unset: as it is, inception-v3 at first',
  ),
  MODEL_MEMORY_MB: whole(1)
    .default(600)
    .describe(
      'Memory that the loaded models of a worker may take together, for each inference thread, in MB',
    ),
  MODELS_REFRESH_SECONDS: z.coerce
    .number()
    .positive()
    .max(3600)
    .default(5)
    .describe('Time between two looks of a worker at which models are served, in s'),
  CACHE_DIRECTORY: z
    .string()
    .optional()
    .describe('Where a worker puts models that it fetches, set by systemd; unset: beside the weights'),
  ECHO_MS: z.coerce
    .number()
    .min(0)
    .default(0)
    .describe('Time that the echo engine takes for an image, in ms'),
  CACHE_MB: z.coerce
    .number()
    .min(0)
    .max(1024)
    .default(8)
    .describe(
      'Memory of a worker for what it found out about images, so that the same need not be done again; 0: none',
    ),
  INSTANCE_ID: z.string().optional().describe('EC2 instance id; asked of the metadata service when unset'),
  LAUNCH_TEMPLATE_VERSION: whole(1)
    .optional()
    .describe('Version of the launch template that this worker came from'),
  AWS_EC2_METADATA_SERVICE_ENDPOINT: z
    .url()
    .default('http://169.254.169.254')
    .describe('Instance metadata service (IMDSv2)'),
  DRAIN_SECONDS: whole(0, 3600)
    .default(25)
    .describe('Time in which a signalled worker finishes what it holds, in s; then it hands the rest back'),
  CLASSIFYCLOUD_HOME: z
    .string()
    .optional()
    .describe('Folder of the weights; default: in the user cache folder'),
  LOG_GROUP: z
    .string()
    .optional()
    .describe('CloudWatch log group that a worker sends its lines to; unset: none'),
  BOOT_TIMES: z
    .string()
    .optional()
    .describe('When the boot of a worker’s machine had come how far: stage:ms,…, written by its user data'),
  HTTP_PORT: whole(0, 65_535).default(3000).describe('Local: port of the HTTP API; 0 for any free one'),
  WS_PORT: whole(0, 65_535).default(3001).describe('Local: port of the WebSocket API; 0 for any free one'),
  AWS_PORT: whole(0, 65_535).default(4566).describe('Local: port of the embedded cloud; 0 for any free one'),
  LOCAL_BOOT_MS: whole(0).default(0).describe('Local: time that a machine takes to boot, in ms'),
  ALARM_EMAIL: z
    .email('must be an address like ann@example.org')
    .optional()
    .describe('Who is told of alarms by mail; unset: nobody'),
  LOG_LEVEL: z.enum(['info', 'notice', 'warn', 'error']).default('info').describe('The least that is logged'),
  LOG_FORMAT: z.enum(['json', 'text']).default('json').describe('JSON lines, or lines for a person'),
} as const;

type Settings = typeof SETTINGS;
export type SettingName = keyof Settings;
export type Config<K extends SettingName> = { readonly [P in K]: z.infer<Settings[P]> };

/** Settings that are missing, wrong, or contradict one another: all of them, a line each. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
  readonly problems: string[];
  constructor(problems: string[]) {
    super(`The settings are not usable:\n${problems.map((problem) => `  ${problem}`).join('\n')}`);
    this.problems = problems;
  }
}

/**
 * Reads the named settings. An empty variable counts as unset.
 * @throws ConfigError with every problem at once
 */
export function readConfig<K extends SettingName>(
  names: readonly K[],
  env: NodeJS.ProcessEnv = process.env,
): Config<K> {
  const problems: string[] = [];
  const values: Partial<Record<SettingName, unknown>> = {};
  for (const name of names) {
    const parsed = SETTINGS[name].safeParse(env[name] || undefined);
    if (parsed.success) values[name] = parsed.data;
    else if (!env[name]) problems.push(`${name} is not set (${SETTINGS[name].description})`);
    else problems.push(`${name}=${env[name]}: ${parsed.error.issues[0]?.message}`);
  }
  problems.push(...contradictionsIn(values));
  if (problems.length > 0) throw new ConfigError(problems);
  return values as Config<K>;
}
