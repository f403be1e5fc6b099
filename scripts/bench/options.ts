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
}

/** A number of an option, whole or not, from `min` up. */
export const numberFrom = (min: number) => (text: string) => {
  const value = Number(text);
  if (text.trim() === '' || !(value >= min)) throw new InvalidArgumentError(`It is a number from ${min} up.`);
  return value;
};

/** Numbers of an option that takes several. */
export const numbersFrom =
  (min: number, known: readonly number[]) =>
  (text: string, before: readonly number[]): readonly number[] => [
    ...(before === known ? [] : before),
    numberFrom(min)(text),
  ];

export const withOutput = (command: Command) =>
  command
    .option('--json', 'print one JSON object instead of the table')
    .option('--html <file>', 'write a page with plots');

export const withTarget = (command: Command) =>
  command
    .option('--ws <url>', 'WebSocket address of a deployed stage, wss://…; with --http and --image-url')
    .option('--http <url>', 'HTTP address of a deployed stage, https://…')
    .option(
      '--image-url <url>',
      'public image for a deployed stage; ?bench=N makes each request’s URL another',
    );

export const withFleet = (command: Command) =>
  command
    .option('--workers <n>', 'worker processes, all warm', numberFrom(1), availableParallelism())
    .option('--threads <n>', 'inference threads of a worker', numberFrom(1), 1);

export const withSpan = (command: Command, seconds: number) =>
  command
    .option('--duration <s>', 'length of each measurement, in s', numberFrom(0.1), seconds)
    .option('--warm-up <s>', 'load before each measurement, in s', numberFrom(0), 2);

/** @throws InvalidArgumentError where only a part of it is said */
export function deployedOf({ ws, http, imageUrl }: TargetOptions): Deployed | undefined {
  if (ws === undefined && http === undefined && imageUrl === undefined) return undefined;
  if (ws === undefined || http === undefined || imageUrl === undefined)
    throw new InvalidArgumentError('A deployed stage takes --ws, --http and --image-url.');
  return { ws, http, imageUrl };
}

export const fleetSettings = ({ workers, threads }: FleetOptions) => ({
  MIN_WORKERS: String(workers),
  MAX_WORKERS: String(workers),
  WORKER_THREADS: String(threads),
});
