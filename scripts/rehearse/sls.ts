import { openSync } from 'node:fs';
import { copyFile, mkdir, readdir, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Children } from '../../local/children.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
/** What `sls` writes beside serverless.yml, and what it has no use for. */
const NOT_SHARED = ['.serverless', '.esbuild', '.build', '.git'];
/** `sls` takes no link for it. */
const SERVICE_FILE = 'serverless.yml';

/** The stage that is rehearsed; infra/plugins.yml knows it. */
export const STAGE = 'rehearse';

const serviceIn = (folder: string) => join(folder, 'service');

/**
 * Makes below `folder` what is this project to `sls`, but for what that writes: whoever packages in the project itself at
 * the same time is not disturbed, and does not disturb.
 */
export async function makeServiceFolder(folder: string): Promise<void> {
  const service = serviceIn(folder);
  await mkdir(service, { recursive: true });
  await copyFile(join(root, SERVICE_FILE), join(service, SERVICE_FILE));
  const names = (await readdir(root)).filter((name) => name !== SERVICE_FILE && !NOT_SHARED.includes(name));
  await Promise.all(names.map((name) => symlink(join(root, name), join(service, name))));
}

/**
 * Runs the real `sls`, for stage rehearse, to its end.
 * @param folder of which {@link makeServiceFolder} made its service; its log goes there
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
    cwd: serviceIn(folder),
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
