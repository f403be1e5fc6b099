import { Command } from 'commander';
import { findGroups, RequestLog } from './logs/cloudwatch.ts';
import { type Entry, inWords, toJson } from './logs/entry.ts';
import { linesAbout } from './logs/log-file.ts';
import { rangeOf } from './logs/time-range.ts';
import { chooseStage, runCommand, withStage } from './operate/stage.ts';
import { StepProgress } from './step-progress.ts';

const FOLLOW_EVERY_MS = 3_000;

interface Options {
  stage: string;
  region?: string;
  endpoint?: string;
  file?: string;
  since?: string;
  until?: string;
  follow?: boolean;
  json?: boolean;
}

// `npm run logs -- REQUEST_ID`: what became of one request, function by function.
const program = withStage(new Command('logs'))
  .description(
    'Follow one request: every line that names it, in the order of time, of all functions and workers of a deployed stage. ' +
      'Of the stage that npm start runs, from a file: LOG_LEVEL=info npm start 2> service.log, then --file service.log.',
  )
  .argument('<request-id>', 'as accepted, result and error tell it')
  .option('--since <time>', '10m (or s, h, d) ago, or a date (default: the time that the id carries)')
  .option(
    '--until <time>',
    'likewise (default: an hour after the id’s time; a later resume is not seen then)',
  )
  .option('--file <path>', 'read a file instead of CloudWatch; - for standard input')
  .option(
    '--follow',
    'go on as lines come, until Ctrl-C; each some seconds later, so that they come in order',
  )
  .option('--json', 'print each line as JSON')
  .showHelpAfterError()
  .action(async (requestId: string, options: Options) => {
    const print = printer(requestId, options.json === true);
    const stopping = new AbortController();
    process.once('SIGINT', () => stopping.abort());
    if (options.file !== undefined)
      for await (const entry of linesAbout(
        requestId,
        options.file,
        options.follow ? stopping.signal : undefined,
      ))
        print(entry);
    else await readCloudWatch(requestId, options, print, stopping.signal);
    if (print.count > 0 || options.follow) return;
    process.exitCode = 1;
    console.error(
      `No line names ${requestId}. Is it of this stage? (LOG_LEVEL may leave out what goes well, and CloudWatch forgets after two weeks.)`,
    );
  });

async function readCloudWatch(
  requestId: string,
  options: Options,
  print: (entry: Entry) => void,
  signal: AbortSignal,
): Promise<void> {
  if (options.stage === 'local' && options.endpoint === undefined)
    throw new Error(
      'Which stage? --stage prod, say. What npm start logs goes to its terminal: start it as\n' +
        '  LOG_LEVEL=info npm start 2> service.log\nand look there with --file service.log.',
    );
  const { from, to } = rangeOf(requestId, options);
  const groups = await findGroups(chooseStage(options));
  const log = new RequestLog(groups, requestId);
  if (options.follow) {
    for await (const entries of log.follow(from, FOLLOW_EVERY_MS, signal))
      for (const entry of entries) print(entry);
    return;
  }
  const progress = process.stderr.isTTY ? new StepProgress(groups.length) : undefined;
  const entries = await log
    .read({ from, to }, (name) => progress?.begin(name))
    .finally(() => progress?.stop());
  for (const entry of entries) print(entry);
}

function printer(requestId: string, json: boolean) {
  const print = (entry: Entry) => {
    print.count++;
    console.log(json ? toJson(entry) : inWords(entry, requestId));
  };
  print.count = 0;
  return print;
}

await runCommand(program);
