import { Command, InvalidArgumentError, Option } from 'commander';
import { type Bill, billFor } from './costs/bill.ts';
import { AS_OF, INSTANCES } from './costs/prices.ts';
import { sharedCacheTable } from './costs/shared-cache.ts';
import {
  asMarkdown,
  asText,
  billTable,
  itemTable,
  rivalTable,
  sizeTable,
  type Table,
} from './costs/tables.ts';
import { DEFAULTS, type Workload } from './costs/workload.ts';
import { runCommand } from './operate/stage.ts';

const number = (least: number) => (text: string) => {
  const value = Number(text);
  if (text.trim() === '' || !(value >= least && Number.isFinite(value)))
    throw new InvalidArgumentError(`It must be a number, ${least} or more.`);
  return value;
};
const positive = (text: string) => {
  if (number(0)(text) === 0) throw new InvalidArgumentError('It must be more than 0.');
  return Number(text);
};
const whole = (least: number, most: number) => (text: string) => {
  const value = number(least)(text);
  if (!Number.isInteger(value) || value > most)
    throw new InvalidArgumentError(`It must be a whole number from ${least} to ${most}.`);
  return value;
};

type Options = Workload & {
  freeTier?: boolean;
  sizes?: boolean;
  sharedCache?: boolean;
  items?: boolean;
  json?: boolean;
  markdown?: boolean;
};

// `npm run costs -- --rate 10`: what a stage costs at list price, by all that a request touches.
const program = new Command('costs')
  .description(
    `What a stage costs a month at AWS's list prices (us-east-1, ${AS_OF}, first volume tier, no free tier), and what others ` +
      'ask for as many images. scripts/costs/prices.ts has the prices, docs/costs.md what follows from them.',
  )
  .option(
    '--rate <n>',
    'images a second, on the mean; 0 for what it costs to have it',
    number(0),
    DEFAULTS.rate,
  )
  .option('--sizes', 'instead of one rate, from an image a day to a thousand a second')
  .option(
    '--shared-cache',
    'instead: where workers had better share what they know of images, through a bucket',
  )
  .addOption(
    new Option('--interface <name>', 'how they are asked for: http is GET /classify')
      .choices(['websocket', 'http'])
      .default(DEFAULTS.interface),
  )
  .option('--batch <n>', 'images a message, imageUrls', whole(1, 128), DEFAULTS.batch)
  .option(
    '--push-batch <n>',
    'responses a push takes: more than 1 needs a window on the queue',
    whole(1, 10),
    DEFAULTS.pushBatch,
  )
  .addOption(
    new Option('--results <where>', 'where results lie; express-one-zone is not built, but priced')
      .choices(['standard', 'express-one-zone'])
      .default(DEFAULTS.results),
  )
  .option('--connections <n>', 'sockets that are open all the time', whole(0, 1e9), DEFAULTS.connections)
  .addOption(
    new Option('--instance <type>', 'the workers’ machines')
      .choices(Object.keys(INSTANCES))
      .default(DEFAULTS.instance),
  )
  .option('--min-workers <n>', 'MIN_WORKERS', whole(0, 10_000), DEFAULTS.minWorkers)
  .option(
    '--inference-ms <ms>',
    'of a core, for an image: docs/performance.md',
    positive,
    DEFAULTS.inferenceMs,
  )
  .option(
    '--decode-ms <ms>',
    'of a core, for an image: of a megapixel it is some 12',
    number(0),
    DEFAULTS.decodeMs,
  )
  .option(
    '--io-ms <ms>',
    'of a core, for an image: the worker’s calls and messages',
    number(0),
    DEFAULTS.ioMs,
  )
  .option('--result-bytes <n>', 'length of an outcome: five labels', positive, DEFAULTS.resultBytes)
  .option('--url-bytes <n>', 'length of a URL', positive, DEFAULTS.urlBytes)
  .option('--function-ms <ms>', 'billed for an invocation (512 MB)', positive, DEFAULTS.functionMs)
  .option('--free-tier', 'take off what is free for good; it is an account’s')
  .option('--items', 'also what is counted, and each price')
  .addOption(new Option('--markdown', 'tables for a page').conflicts('json'))
  .option('--json', 'print everything as JSON')
  .showHelpAfterError()
  .action(({ freeTier = false, sizes, sharedCache, items, json, markdown, ...workload }: Options) => {
    const show = markdown ? asMarkdown : asText;
    const instead = sizes
      ? sizeTable(workload, freeTier)
      : sharedCache && sharedCacheTable(workload.instance);
    if (instead) return print(json ? instead : show(instead));
    const bill = billFor(workload, freeTier);
    if (json) return print(bill);
    const rivals = workload.rate > 0 ? [rivalTable(bill)] : [];
    const tables: Table[] = [billTable(bill), ...rivals, ...(items ? [itemTable(bill)] : [])];
    print([summary(bill), ...tables.map(show)].join('\n\n'));
  });

const summary = ({ workload: { rate, batch, instance, interface: via }, usage }: Bill): string =>
  [
    `${rate.toLocaleString('en-US')} images a second (${Math.round(usage.imagesAMonth).toLocaleString('en-US')} a month)`,
    via === 'http' ? 'by GET' : `over the WebSocket, ${batch} a message`,
    `${usage.workers.toPrecision(2)} × ${instance}`,
  ].join(', ');

const print = (what: string | object) => console.log(typeof what === 'string' ? what : JSON.stringify(what));

await runCommand(program);
