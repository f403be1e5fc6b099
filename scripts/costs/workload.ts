import { DELETIONS } from '../../worker/batches.ts';

/** What is asked of a stage, and how it is set. */
export interface Workload {
  /** Images a second, on the mean of a month. */
  rate: number;
  interface: 'websocket' | 'http';
  /** Images of one message of a client. */
  batch: number;
  /** Responses that one invocation of push-results pushes. Its queue waits for none, so it is one in a steady load. */
  pushBatch: number;
  /** Where results, and what lies beside them, are kept. */
  results: 'standard' | 'express-one-zone';
  /** Sockets that are open all the time. */
  connections: number;
  instance: string;
  minWorkers: number;
  /** Milliseconds of a core for an image. */
  inferenceMs: number;
  decodeMs: number;
  /** The worker's own calls and messages. */
  ioMs: number;
  /** Bytes of an outcome, and of a URL. */
  resultBytes: number;
  urlBytes: number;
  /** Milliseconds, billed, of an invocation of a function that calls two services. */
  functionMs: number;
}

/** An hour's 3,600 s, 730 times: a month. */
export const MONTH_HOURS = 730;
export const MONTH_SECONDS = MONTH_HOURS * 3_600;

export const DEFAULTS: Workload = {
  rate: 10,
  interface: 'websocket',
  batch: 1,
  pushBatch: 1,
  results: 'standard',
  connections: 10,
  instance: 'c7a.medium',
  minWorkers: 1,
  inferenceMs: 34.7, // docs/performance.md, The engine
  decodeMs: 8,
  ioMs: 5,
  resultBytes: 900,
  urlBytes: 120,
  functionMs: 30,
};

/** Of serverless.yml and shared/config.ts, as far as they cost. */
export const STAGE = {
  functionGb: 0.5,
  tickGb: 0.25,
  tickSeconds: 56,
  ticksAMinute: 12,
  stabilisationSeconds: 300,
  bootSeconds: 60,
  terminateCheckEvery: 5,
  heartbeatSeconds: 5,
  longPollSeconds: 20,
  /** Of a worker's looks at which models are served, and of a function's. */
  catalogueSeconds: 5,
  /** What lets an idle worker wait for a terminate message, in s. */
  idleAfterSeconds: 0.25,
  /** How long a deletion waits for others, in s. */
  deletionLingerSeconds: DELETIONS.lingerMs / 1000,
  resultDays: 3, // two, and up to a day until S3 gets to it
  logDays: 14,
  diskGb: 8,
  /** Metrics that infra/alarms.yml watches, and dashboards. */
  alarmMetrics: 12,
  dashboards: 1,
  /** Metrics that a tick always writes; those that requests make it write; and, at most, those of what goes on and goes wrong. */
  tickMetrics: 2,
  requestMetrics: 7,
  otherMetrics: 4,
} as const;
