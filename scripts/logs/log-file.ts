import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Entry, timeOf } from './entry.ts';

const LOOK_EVERY_MS = 500;

/**
 * The lines of a file that name a request, as they stand there: in the order in which they were written.
 * @param path of what `npm start` wrote on its standard error; `-` is this program's standard input
 * @param follow until when to go on at its end; `undefined`: not at all
 */
export async function* linesAbout(
  requestId: string,
  path: string,
  follow?: AbortSignal,
): AsyncGenerator<Entry> {
  for await (const line of path === '-' ? createInterface(process.stdin) : linesIn(path, follow))
    if (line.includes(requestId)) yield { at: timeOf(line), source: '', line };
}

async function* linesIn(path: string, follow?: AbortSignal): AsyncGenerator<string> {
  let rest = '';
  for (let start = 0; ; ) {
    for await (const chunk of createReadStream(path, { start, encoding: 'utf8' })) {
      start += Buffer.byteLength(chunk);
      const lines = `${rest}${chunk}`.split('\n');
      rest = lines.pop() ?? '';
      yield* lines;
    }
    if (follow === undefined || follow.aborted) break;
    await sleep(LOOK_EVERY_MS, undefined, { signal: follow }).catch(() => {}); // it ends by the signal alone
    const { size } = await stat(path);
    if (size < start) start = 0; // begun anew
  }
  if (rest !== '') yield rest;
}
