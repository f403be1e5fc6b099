import { createReadStream } from 'node:fs';
import { basename } from 'node:path';
import { createInterface } from 'node:readline';
import type { Trace } from '../../scaler/simulator/assumptions.ts';

/** A trace cannot be used; the message says why and where. */
export class TraceError extends Error {
  override readonly name = 'TraceError';
}

/** Beyond a year in ms, times are by the clock, and the trace begins with its first. */
const YEAR_MS = 365 * 24 * 3_600_000;

/**
 * Reads a file of arrival times: one in ms a line, in any order; empty lines say nothing.
 * @throws TraceError where the file cannot be read, and where it holds a bad line or no time at all
 */
export async function readTrace(file: string): Promise<Trace> {
  try {
    return await traceIn(
      createInterface({ input: createReadStream(file), crlfDelay: Number.POSITIVE_INFINITY }),
      file,
    );
  } catch (error) {
    if (error instanceof TraceError || !(error instanceof Error)) throw error;
    throw new TraceError(`The trace cannot be read: ${error.message}`, { cause: error });
  }
}

/**
 * The trace in the lines of a file.
 * @throws TraceError where one is bad, or none holds a time
 */
export async function traceIn(lines: AsyncIterable<string> | Iterable<string>, file: string): Promise<Trace> {
  const times: number[] = [];
  let line = 0;
  for await (const text of lines) {
    line++;
    if (text.trim() !== '') times.push(readTime(text.trim(), `${file}, line ${line}`));
  }
  if (times.length === 0) throw new TraceError(`${file} holds no arrival; it takes a time in ms a line.`);
  const arrivals = Float64Array.from(times).sort();
  const first = arrivals[0] ?? 0;
  const begin = first > YEAR_MS ? first : 0;
  const shifted = begin === 0 ? arrivals : arrivals.map((at) => at - begin);
  const durationMs = shifted[shifted.length - 1] ?? 0;
  if (durationMs > YEAR_MS)
    throw new TraceError(
      `${file} spans more than a year: from ${first} to ${arrivals[arrivals.length - 1]} ms.`,
    );
  return { name: basename(file), arrivals: shifted, durationMs };
}

function readTime(text: string, where: string): number {
  const at = Number(text);
  if (!Number.isFinite(at) || at < 0)
    throw new TraceError(`${where}: "${text.slice(0, 60)}" is not a time in ms (0 or more, one a line).`);
  return at;
}
