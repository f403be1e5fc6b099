import type { Command } from 'commander';
import { type ClassifyAllOptions, type Cloud, connect, type Outcome, UploadFailedError } from '../node.ts';
import { type AskFlags, askOf, withAsk } from './ask-options.ts';
import { ConnectionWatch } from './connection-watch.ts';
import { csvFormat } from './csv-format.ts';
import { findImages, imageOf, type NamedImage, NoImagesError } from './named-images.ts';
import { jsonFormat, type OutcomeFormat, textFormat } from './outcome-format.ts';
import { Progress } from './progress.ts';
import {
  addressesOf,
  newCommand,
  number,
  type ServiceOptions,
  whole,
  withService,
} from './service-options.ts';

interface Options extends ServiceOptions, AskFlags {
  json?: true;
  csv?: true;
  concurrency: number;
  timeout: number;
}

export const classifyCommand = (): Command =>
  withAsk(withService(newCommand('classify')))
    .description('Classify images: by URL, or from files, which are uploaded. Exit code 1 if any failed.')
    .argument(
      '<image...>',
      'http(s) URLs, files, folders with all images in them, or - for a line each on standard input',
    )
    .option('--json', 'print each outcome as a JSON line')
    .option('--csv', 'print a CSV table, a row a label')
    .option('--concurrency <n>', 'images under way at once', whole(1, 1000), 100)
    .option('--timeout <seconds>', 'for each image, all tries together', number(1, 86_400), 600)
    .addHelpText(
      'after',
      `
A stage that asks for an API key takes it from the environment variable CLASSIFYCLOUD_KEY.

  classifycloud classify https://example.org/dog.jpg
  classifycloud classify --include dog --parents --colors https://example.org/dog.jpg
  classifycloud classify --csv --top 1 photos/ > labels.csv
  classifycloud classify --json - < urls.txt`,
    )
    .action(async (args: string[], options: Options, command: Command) => {
      if (options.json && options.csv) command.error('error: --json and --csv exclude one another');
      process.exitCode = await classify(args, options);
    });

/** @returns the exit code */
async function classify(args: readonly string[], options: Options): Promise<number> {
  let images: Awaited<ReturnType<typeof findImages>>;
  try {
    images = await findImages(args);
  } catch (error) {
    if (!(error instanceof NoImagesError)) throw error;
    console.error(error.message);
    return 1;
  }
  const { ws, http } = addressesOf(options);
  const key = process.env.CLASSIFYCLOUD_KEY || undefined;
  const { concurrency: maxInFlight, timeout } = options;
  const cloud = connect(ws ?? http ?? '', { key, httpUrl: http, maxInFlight, budgetMs: timeout * 1000 });
  const progress = new Progress();
  const watch = new ConnectionWatch(cloud, (line) => progress.print(() => console.error(line)));
  // An input that stays open would keep a run that was ended.
  watch.signal.addEventListener('abort', () => images.lines?.close());
  try {
    return await run(cloud, images, { options, progress, watch });
  } finally {
    progress.stop();
    cloud.close();
    watch.stop();
  }
}

interface Run {
  options: Options;
  progress: Progress;
  watch: ConnectionWatch;
}

async function run(
  cloud: Cloud,
  { known, lines }: Awaited<ReturnType<typeof findImages>>,
  { options, progress, watch }: Run,
): Promise<number> {
  const { header, format } = formatFor(options);
  const counts = { named: known.length, answered: 0, failed: 0 };
  progress.expect(known.length);
  const names: string[] = [];
  async function* images() {
    for await (const { name, image } of all(known, lines, () => {
      counts.named++;
      progress.expect(1);
    })) {
      names.push(name);
      yield image;
    }
  }
  if (header !== undefined) console.log(header);
  const { concurrency } = options;
  const ask: ClassifyAllOptions = { ...askOf(options), concurrency, signal: watch.signal };
  try {
    for await (const answer of cloud.classifyAll(images(), ask)) {
      counts.answered++;
      if (!answer.ok) counts.failed++;
      progress.done();
      progress.print(() => console.log(format(names[answer.index] ?? '', inOurWords(answer, options))));
    }
    watch.signal.throwIfAborted();
  } catch (error) {
    if (!watch.signal.aborted) throw error;
    progress.stop();
    console.error(watch.farewell(counts));
    return watch.exitCode;
  }
  return counts.failed > 0 ? 1 : 0;
}

async function* all(
  known: readonly NamedImage[],
  lines: AsyncIterable<string> | undefined,
  onLine: () => void,
): AsyncGenerator<NamedImage> {
  yield* known;
  for await (const line of lines ?? []) {
    if (line.trim() === '') continue;
    onLine();
    yield imageOf(line.trim());
  }
}

const formatFor = ({ json, csv, ...asked }: Options): OutcomeFormat => {
  if (json) return jsonFormat;
  if (csv) return csvFormat(asked);
  return textFormat(process.stdout.isTTY && process.stdout.hasColors());
};

/** The package's own word for it is an option of `connect`. */
function inOurWords(outcome: Outcome, options: Options): Outcome {
  const lacksHttp = addressesOf(options).http === undefined;
  if (outcome.ok || !lacksHttp || !(outcome.error instanceof UploadFailedError)) return outcome;
  const message = 'A file is uploaded over HTTP: say with --http where the HTTP interface is.';
  return { ok: false, error: new UploadFailedError({ code: 'UPLOAD_FAILED', message, retryable: false }) };
}
