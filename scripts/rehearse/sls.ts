import { openSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Children } from '../../local/children.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));

/** The stage that is rehearsed; infra/plugins.yml knows it. */
export const STAGE = 'rehearse';

/**
 * Runs the real `sls`, for stage rehearse, to its end.
 * @param settings environment variables beside this process's
 * @throws Error with what it printed, where it fails
 */
export async function sls(
  children: Children,
  folder: string,
  args: readonly string[],
  settings: Readonly<Record<string, string>> = {},
): Promise<void> {
  const path = join(folder, `sls-${args[0]}.log`);
  const log = openSync(path, 'a');
  const program = join(root, 'node_modules/serverless/bin/serverless.js');
  const child = children.start([program, ...args, '--stage', STAGE], {
    cwd: root,
    stdio: ['ignore', log, log],
    env: { ...process.env, ...settings },
  });
  await new Promise<void>((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (code, signal) => {
      if (code === 0) resolve();
      else reject(new Error(`sls ${args.join(' ')} failed (${signal ?? `exit code ${code}`}); see ${path}`));
    });
  });
}
