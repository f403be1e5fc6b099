import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import * as z from 'zod';

const run = promisify(execFile);
const OUTPUT_LIMIT_BYTES = 64 << 20;
const SHOWN_LINES = 60;

const failureSchema = z.object({
  code: z.union([z.number(), z.string()]).nullish(),
  stdout: z.string().default(''),
  stderr: z.string().default(''),
});

/** A command that the setup needs has failed; the message ends with the last of what it printed. */
export class CommandFailedError extends Error {
  override readonly name = 'CommandFailedError';
}

interface Options {
  readonly cwd?: string;
  readonly env?: NodeJS.ProcessEnv;
  /** Aborting kills the command and rejects with the signal's reason. */
  readonly signal?: AbortSignal;
}

/**
 * Runs a program to its end, without a shell and without showing its output.
 *
 * @returns what it printed on stdout, without the blanks around
 * @throws {CommandFailedError} It cannot be started, or its exit code is not 0.
 */
export async function runCommand(
  command: string,
  args: readonly string[],
  options: Options,
): Promise<string> {
  try {
    const { stdout } = await run(command, args, { ...options, maxBuffer: OUTPUT_LIMIT_BYTES });
    return stdout.trim();
  } catch (cause) {
    options.signal?.throwIfAborted();
    const { code, stdout, stderr } = failureSchema.parse(cause);
    const shown = `${stdout}\n${stderr}`.trim().split('\n').slice(-SHOWN_LINES).join('\n  ');
    throw new CommandFailedError(`${command} failed (${code ?? 'killed'}):\n  ${shown}`, { cause });
  }
}
