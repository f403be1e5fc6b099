import * as z from 'zod';
import { acceptedAt } from '../../shared/request-id.ts';

/** A line of a log. */
export interface Entry {
  /** ms since the epoch; `undefined` where the line does not tell */
  at: number | undefined;
  /** The function or the worker that wrote it, as far as known. */
  source: string;
  line: string;
}

const jsonLine = z.looseObject({
  time: z.iso.datetime(),
  level: z.string(),
  event: z.string(),
  answers: z.array(z.looseObject({ requestId: z.string().optional() })).optional(),
  _aws: z
    .object({ CloudWatchMetrics: z.array(z.object({ Metrics: z.array(z.object({ Name: z.string() })) })) })
    .optional(),
});

/** The line as the object that the logger wrote; `undefined` where somebody else wrote it. */
export function parseLine(line: string): z.infer<typeof jsonLine> | undefined {
  return jsonLine.safeParse(parseJson(line)).data;
}

function parseJson(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}

/** When a line was written, in ms since the epoch, as far as it tells. */
export const timeOf = (line: string): number | undefined => {
  const parsed = parseLine(line);
  return parsed && Date.parse(parsed.time);
};

const anyObject = z.record(z.string(), z.unknown());

/** An entry as JSON: what was logged, as it was, and where. */
export function toJson({ at, source, line }: Entry): string {
  const logged = anyObject.safeParse(parseJson(line)).data ?? { line };
  return JSON.stringify({ ...(at !== undefined && { at }), ...(source && { source }), ...logged });
}

/**
 * An entry for a person: when, how long after the request's acceptance, who, and what. Of a line about many requests only
 * what it says of this one; its metrics and what is the same in all lines are left out.
 */
export function inWords({ at, source, line }: Entry, requestId: string): string {
  const parsed = parseLine(line);
  const time = at === undefined ? '' : new Date(at).toISOString().slice(11, 23);
  const since = at === undefined ? '' : `${at - (acceptedAt(requestId) ?? at)} ms`.padStart(9);
  const told = parsed ? words(parsed, requestId) : line;
  const who = source === '' ? '' : source.padEnd(12);
  return [time, since, who, told].filter((part) => part !== '').join('  ');
}

function words(parsed: z.infer<typeof jsonLine>, requestId: string): string {
  const { time: _, level, event, answers, _aws, ...rest } = parsed;
  const metrics = (_aws?.CloudWatchMetrics ?? []).flatMap(({ Metrics }) => Metrics.map(({ Name }) => Name));
  const own = answers?.filter((answer) => answer.requestId === requestId) ?? [];
  const fields = Object.entries({ ...rest, ...own[0] }).filter(
    ([key, value]) =>
      !metrics.includes(key) && value !== requestId && !(key === 'stage' && _aws) && key !== 'requestIds',
  );
  const loud = level === 'warn' || level === 'error' ? level.toUpperCase() : '';
  const pairs = fields.map(([key, value]) => `${key}=${typeof value === 'string' ? value : short(value)}`);
  return [loud, event, ...pairs].filter(Boolean).join(' ');
}

/** An error without its stack, which --json shows. */
const short = (value: unknown): string =>
  JSON.stringify(value, (key, inner: unknown) => (key === 'stack' ? undefined : inner));
