import { setTimeout as sleep } from 'node:timers/promises';
import type { Command } from 'commander';
import { type Health, healthOf } from './health.ts';
import { addressesOf, newCommand, number, type ServiceOptions, withService } from './service-options.ts';

interface Options extends ServiceOptions {
  watch?: number | true;
  json?: true;
}

const EVERY_SECONDS = 2;
const BARS = '▁▂▃▄▅▆▇█';
const PLOTTED = 60;

export const statusCommand = (): Command =>
  withService(newCommand('status'))
    .description('Show the queue, the fleet and its rate.')
    .option(
      '--watch [seconds]',
      `again every so often (${EVERY_SECONDS}), with the backlog drawn, until Ctrl-C`,
      number(0.1, 3600),
    )
    .option('--json', 'print a JSON object, a line each')
    .action(async (options: Options, command: Command) => {
      const { http } = addressesOf(options);
      if (http === undefined) command.error('error: say with --http where the HTTP interface is');
      else process.exitCode = await (options.watch ? watch(http, options) : showOnce(http, options));
    });

async function showOnce(http: string, { json }: Options): Promise<number> {
  try {
    const health = await healthOf(http);
    console.log(json ? JSON.stringify(health) : statusText(health));
    return 0;
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    console.error(error.message);
    return 1;
  }
}

/** A service that does not answer may come back: that is what one watches for. */
async function watch(http: string, { watch: seconds, json }: Options): Promise<number> {
  const everyMs = (seconds === true ? EVERY_SECONDS : (seconds ?? EVERY_SECONDS)) * 1000;
  const stopped = new AbortController();
  process.once('SIGINT', () => stopped.abort()).once('SIGTERM', () => stopped.abort());
  const draws = process.stdout.isTTY && !json;
  const backlogs: (number | null)[] = [];
  while (!stopped.signal.aborted) {
    const health = await healthOf(http).catch((error: Error) => error);
    if (stopped.signal.aborted) break;
    const backlog = health instanceof Error ? null : backlogOf(health);
    backlogs.push(backlog);
    if (backlogs.length > PLOTTED) backlogs.shift();
    if (draws) console.log(`\x1b[H\x1b[2J${screen(http, health, backlogs)}`);
    else if (health instanceof Error) console.error(health.message);
    else
      console.log(json ? JSON.stringify({ time: new Date().toISOString(), ...health }) : statusLine(health));
    await sleep(everyMs, undefined, { signal: stopped.signal }).catch(() => {});
  }
  if (draws) console.log(); // below the terminal's own ^C
  return 0;
}

const known = (value: number | null, digits = 0) => (value === null ? '?' : value.toFixed(digits));

/** The status as a few lines. */
export function statusText({ status, queue, workers, serviceMs, imagesPerSecond }: Health): string {
  return [
    `status  ${status}`,
    `queue   ${known(queue.visible)} waiting, ${known(queue.inFlight)} being worked on`,
    `fleet   ${known(workers.ready)} ready, ${known(workers.booting)} booting, ${known(workers.draining)} draining`,
    `rate    ${known(imagesPerSecond, 1)} images/s, ${known(serviceMs)} ms for an image`,
  ].join('\n');
}

const statusLine = (health: Health) =>
  `${new Date().toISOString()}  ${statusText(health).replace(/\s+/g, ' ')}`;

const backlogOf = ({ queue: { visible, inFlight } }: Health) =>
  visible === null || inFlight === null ? null : visible + inFlight;

const screen = (http: string, health: Health | Error, backlogs: readonly (number | null)[]) =>
  [
    `${http}  ${new Date().toLocaleTimeString()}  (Ctrl-C ends)`,
    health instanceof Error ? health.message : statusText(health),
    `backlog ${sparkline(backlogs)}`,
  ].join('\n');

/** A row of bars, the highest for the greatest value; a blank where there is none. */
export function sparkline(values: readonly (number | null)[]): string {
  const most = Math.max(1, ...values.map((value) => value ?? 0));
  const bar = (value: number | null) =>
    value === null ? ' ' : (BARS[Math.ceil((value / most) * (BARS.length - 1))] ?? ' ');
  return values.map(bar).join('');
}
