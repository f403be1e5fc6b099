import { availableParallelism } from 'node:os';
import { type Command, InvalidArgumentError } from 'commander';
import type { Deployed } from './target.ts';

/** What every mode takes. */
export interface OutputOptions {
  json?: boolean;
  html?: string;
}

/** Where the service is: nothing said, one of this bench's own. */
export interface TargetOptions {
  ws?: string;
  http?: string;
  imageUrl?: string;
}

/** How large the fleet of a service of this bench's own is. */
export interface FleetOptions {
  workers: number;
  threads: number;
  /** Put on an image that is alone in its worker. */
  loneThreads: number;
}

/** A number of an option, whole or not, from `min` up. */
export const numberFrom = (min: number) => (text: string) => {
  const value = Number(text);
  if (text.trim() === '' || !(value >= min)) throw new InvalidArgumentError(`It is a number from ${min} up.`);
  return value;
};

/** A number of things. */
export const countFrom = (min: number) => (text: string) => {
  const value = numberFrom(min)(text);
  if (!Number.isSafeInteger(value)) throw new InvalidArgumentError('It is a whole number.');
  return value;
};

/** Numbers of things, of an option that takes several. */
export const countsFrom =
  (min: number, known: readonly number[]) =>
  (text: string, before: readonly number[]): readonly number[] => [
    ...(before === known ? [] : before),
    countFrom(min)(text),
  ];

export const withOutput = (command: Command) =>
  command
    .option('--json', 'print one JSON object instead of the table')
    .option('--html <file>', 'write a page with plots');

export const withTarget = (command: Command) =>
  command
    .option(
      '--ws <url>',
      'WebSocket address of a deployed stage, wss://…; with --http. Its key: CLASSIFYCLOUD_KEY',
    )
    .option('--http <url>', 'HTTP address of a deployed stage, https://…')
    .option(
      '--image-url <url>',
      'image that the deployed stage can fetch (a photo on a public CDN); ?bench=N makes each URL another',
    );

export const withFleet = (command: Command) =>
  command
    .option('--workers <n>', 'worker processes, all warm', countFrom(1), availableParallelism())
    .option('--threads <n>', 'inference threads of a worker', countFrom(1), 1)
    .option(
      '--lone-threads <n>',
      'threads that a worker puts on an image that is alone in it',
      countFrom(1),
      1,
    );

export const withSpan = (command: Command, seconds: number) =>
  command
    .option('--duration <s>', 'length of each measurement, in s', numberFrom(0.1), seconds)
    .option('--warm-up <s>', 'load before each measurement, in s', numberFrom(0), 2);

/** @throws InvalidArgumentError where only a part of it is said */
export function deployedOf({ ws, http, imageUrl }: TargetOptions): Deployed | undefined {
  if (ws === undefined && http === undefined && imageUrl === undefined) return undefined;
  if (ws === undefined || http === undefined)
    throw new InvalidArgumentError('A deployed stage takes both --ws and --http.');
  return { ws: addressIn(ws, 'ws'), http: addressIn(http, 'http'), imageUrl };
}

/** @param scheme that or its secure sister is wanted */
function addressIn(text: string, scheme: 'ws' | 'http'): string {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url?.protocol !== `${scheme}:` && url?.protocol !== `${scheme}s:`)
    throw new InvalidArgumentError(`${text} is no address with ${scheme}:// or ${scheme}s://.`);
  return text.replace(/\/$/, '');
}

export const fleetSettings = ({ workers, threads, loneThreads }: FleetOptions) => ({
  MIN_WORKERS: String(workers),
  MAX_WORKERS: String(workers),
  WORKER_THREADS: String(threads),
  LONE_IMAGE_THREADS: String(loneThreads),
});
