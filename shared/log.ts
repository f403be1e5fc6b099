import { readConfig } from './config.ts';
import { embedMetrics, type Metrics } from './emf.ts';
import { once } from './once.ts';

const LEVELS = ['info', 'notice', 'warn', 'error'] as const;
type Level = (typeof LEVELS)[number];
type Fields = Record<string, unknown>;

const settings = once(() => {
  const { LOG_LEVEL, LOG_FORMAT, STAGE } = readConfig(['LOG_LEVEL', 'LOG_FORMAT', 'STAGE']);
  return { least: LOG_LEVEL, format: LOG_FORMAT, stage: STAGE };
});

/** An error for the log: its name, message, code and the causes behind it. */
function describe(error: unknown): unknown {
  if (!(error instanceof Error)) return error;
  const { name, message, cause, stack } = error;
  return {
    name,
    message,
    stack,
    ...('code' in error && { code: error.code }),
    ...(cause !== undefined && { cause: describe(cause) }),
  };
}

/** An error in a line: what it says, and what its causes say. */
function inWords(error: Error): string {
  const { name, message, cause } = error;
  const code = 'code' in error && typeof error.code === 'string' ? ` (${error.code})` : '';
  return `${name}: ${message}${code}${cause instanceof Error ? ` < ${inWords(cause)}` : ''}`;
}

function asText(level: Level, event: string, fields: Fields): string {
  const rest = Object.entries(fields).map(([key, value]) =>
    value instanceof Error
      ? `${key}="${inWords(value)}"`
      : `${key}=${typeof value === 'string' ? value : JSON.stringify(value)}`,
  );
  return [
    new Date().toISOString().slice(11, 23),
    level === 'info' || level === 'notice' ? ' ' : level,
    event,
    ...rest,
  ].join(' ');
}

const isShown = (level: Level): boolean => LEVELS.indexOf(level) >= LEVELS.indexOf(settings().least);

function write(level: Level, event: string, fields: Fields = {}): void {
  if (!isShown(level)) return;
  const asLine = settings().format === 'text' ? asText : asJson;
  emit(asLine(level, event, fields));
}

function emit(line: string): void {
  process.stderr.write(`${line}\n`);
  alsoTo?.(line);
}

let alsoTo: ((line: string) => void) | undefined;
/** Hands every line that is logged from now on to `take` too; to nobody, where it is undefined. */
export function alsoLogTo(take: ((line: string) => void) | undefined): void {
  alsoTo = take;
}

const asJson = (level: Level, event: string, fields: Fields): string =>
  JSON.stringify({ time: new Date().toISOString(), level, event, ...fields }, (_key, value: unknown) =>
    describe(value),
  );

/** What a line tells beside its metrics. */
interface MetricsLine {
  /** By default that of the settings. */
  stage?: string;
  /** ms since the epoch; by default now */
  at?: number;
  fields?: Fields;
  /** What a person is told instead; without it, nothing. */
  text?: string;
}

/** Whatever LOG_LEVEL is, metrics are for the machine that counts them; for a person they are no line at all. */
function writeMetrics(event: string, metrics: Metrics, line: MetricsLine = {}): void {
  const { format, stage } = settings();
  const { at, fields, text } = line;
  if (format === 'json')
    emit(asJson('info', event, { ...fields, ...embedMetrics(line.stage ?? stage, metrics, at) }));
  else if (text !== undefined) write('notice', text);
}

/** An `info` line with metrics in it; where LOG_LEVEL leaves it out, the metrics alone. */
function writeCounted(event: string, fields: Fields, metrics: Metrics): void {
  if (settings().format === 'text' || Object.keys(metrics).length === 0) write('info', event, fields);
  else writeMetrics(event, metrics, isShown('info') ? { fields } : {});
}

/** The one logger: an event a line, JSON for machines, or text where `LOG_FORMAT=text`. */
export const log = {
  info: (event: string, fields?: Fields) => write('info', event, fields),
  /** What somebody wants to see who watches. */
  notice: (event: string, fields?: Fields) => write('notice', event, fields),
  warn: (event: string, fields?: Fields) => write('warn', event, fields),
  error: (event: string, fields?: Fields) => write('error', event, fields),
  /** A line for its metrics' sake (CloudWatch EMF). */
  metrics: writeMetrics,
  /** A line that carries metrics beside what it tells. */
  counted: writeCounted,
};
