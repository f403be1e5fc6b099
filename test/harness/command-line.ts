import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const program = fileURLToPath(new URL('../../client/cli/classifycloud.mjs', import.meta.url));

/** Starts `classifycloud` with these words, its output in pipes. */
export const startCommand = (
  args: readonly string[],
  env: NodeJS.ProcessEnv = {},
): ChildProcessWithoutNullStreams =>
  spawn(process.execPath, [program, ...args], { env: { ...process.env, ...env } });

/** What a command printed so far, and how it ends. */
export interface Watched {
  readonly out: string;
  readonly err: string;
  /** Its exit code. */
  readonly ended: Promise<number | null>;
}

/** Reads what a command prints. */
export function watchCommand(child: ChildProcessWithoutNullStreams): Watched {
  let out = '';
  let err = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    out += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    err += text;
  });
  return {
    get out() {
      return out;
    },
    get err() {
      return err;
    },
    ended: new Promise((resolve) => child.once('close', resolve)),
  };
}

/** The JSON lines that a command printed. */
export const jsonLines = (out: string): unknown[] =>
  out
    .split('\n')
    .slice(0, -1)
    .map((line): unknown => JSON.parse(line));
