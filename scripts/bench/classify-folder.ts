import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import * as z from 'zod';
import type { Children } from '../../local/children.ts';
import { makePhotos } from './photos.ts';
import { cpuMsOf } from './processes.ts';
import type { Target } from './target.ts';

/** A run of `classifycloud classify FOLDER`. */
export interface FolderRun {
  answered: number;
  errors: number;
  /** From the start of the command to its end. */
  seconds: number;
  /** From its first line to its last, which is without its start. */
  secondsBetween: number;
  /** Of the command's process; 0 where this system does not tell (Linux does). */
  cpuMs: number;
}

/** Fills a folder with photos that differ after their end, where no decoder looks: none is what a worker remembers. */
export async function writeFolder(folder: string, count: number, round: number): Promise<void> {
  const photos = await makePhotos();
  for (let n = 0; n < count; n++) {
    const photo = photos[n % photos.length] ?? Buffer.alloc(0);
    await writeFile(join(folder, `${n}.jpg`), Buffer.concat([photo, Buffer.from(`${round}/${n}`)]));
  }
}

const program = fileURLToPath(new URL('../../client/cli/classifycloud.mjs', import.meta.url));
const outcome = z.object({ type: z.enum(['result', 'error']) });

/** Runs the command as a person does, but into a pipe. */
export async function classifyFolder(
  children: Children,
  { ws, http }: Pick<Target, 'ws' | 'http'>,
  folder: string,
): Promise<FolderRun> {
  const beganAt = performance.now();
  const command = children.start([program, 'classify', '--json', folder, '--ws', ws, '--http', http], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const { stdout, pid = 0 } = command;
  if (!stdout) throw new Error('a command without a standard output');
  const ended = new Promise((resolve) => command.once('exit', resolve));
  const lines: { at: number; type: 'result' | 'error' }[] = [];
  let cpuMs = 0;
  for await (const line of createInterface({ input: stdout })) {
    lines.push({ at: performance.now(), ...outcome.parse(JSON.parse(line)) });
    cpuMs = (await cpuMsOf(pid)) ?? cpuMs;
  }
  await ended;
  const errors = lines.filter(({ type }) => type === 'error').length;
  return {
    answered: lines.length - errors,
    errors,
    seconds: (performance.now() - beganAt) / 1000,
    secondsBetween: ((lines.at(-1)?.at ?? 0) - (lines[0]?.at ?? 0)) / 1000,
    cpuMs,
  };
}
