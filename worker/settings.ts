import type { Config } from '../shared/config.ts';

/** The settings that the worker reads. */
export const WORKER_SETTINGS = [
  'STAGE',
  'REQUEST_QUEUE_URL',
  'RESPONSE_QUEUE_URL',
  'TERMINATE_QUEUE_URL',
  'DEAD_LETTER_QUEUE_URL',
  'BUCKET',
  'REQUEST_TIMEOUT_SECONDS',
  'ALLOWED_PORTS',
  'ALLOWED_PRIVATE_HOSTS',
  'TERMINATE_CHECK_EVERY',
  'WORKER_THREADS',
  'ENGINE',
  'PRECISION',
  'ECHO_MS',
  'INSTANCE_ID',
  'LAUNCH_TEMPLATE_VERSION',
  'AWS_EC2_METADATA_SERVICE_ENDPOINT',
  'DRAIN_SECONDS',
  'CLASSIFYCLOUD_HOME',
  'LOG_LEVEL',
  'LOG_FORMAT',
] as const;

export type WorkerConfig = Config<(typeof WORKER_SETTINGS)[number]>;
