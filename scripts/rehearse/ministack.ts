import { openSync } from 'node:fs';
import { access, mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { Children } from '../../local/children.ts';
import { freePorts } from '../../local/free-port.ts';
import { runCommand } from '../run-command.ts';

/** The emulator that the deployment is rehearsed in. What it does and does not do is known for this version. */
const PACKAGE = 'ministack==1.5.33';
const START_MS = 60_000;

export interface MiniStack {
  /** `http://127.0.0.1:PORT` */
  readonly endpoint: string;
  /** Rejects if it ends by itself. */
  readonly ended: Promise<never>;
}

/** The root user's credentials: whoever has them may do all. The functions and the workers have roles of their own. */
export const ROOT = { AWS_ACCESS_KEY_ID: 'test', AWS_SECRET_ACCESS_KEY: 'test' };
export const REGION = 'us-east-1';

/**
 * Installs MiniStack into a Python environment of its own, unless it is there.
 * @throws {CommandFailedError} Python or pip is missing, or PyPI cannot be reached.
 */
export async function installMiniStack(folder: string, signal: AbortSignal): Promise<void> {
  const python = join(folder, 'bin', 'python');
  const there = await access(join(folder, 'installed')).then(
    () => true,
    () => false,
  );
  if (there) return;
  await rm(folder, { recursive: true, force: true }); // of a run that was killed
  await runCommand('python3', ['-m', 'venv', folder], { signal });
  const flags = ['--quiet', '--disable-pip-version-check'];
  await runCommand(python, ['-m', 'pip', 'install', ...flags, PACKAGE], { signal });
  await mkdir(join(folder, 'installed'));
}

/**
 * Starts MiniStack, empty, with IAM enforced.
 * @param folder of its Python environment
 * @param scratch what it writes goes there; its log to `ministack.log`
 */
export async function startMiniStack(
  children: Children,
  folder: string,
  scratch: string,
): Promise<MiniStack> {
  const { port } = await freePorts({ port: 0 });
  const temporary = join(scratch, 'tmp');
  await mkdir(temporary, { recursive: true });
  // What it writes for Node is CommonJS, and below this project's own package.json would not be read as such.
  await writeFile(join(temporary, 'package.json'), '{"type":"commonjs"}');
  const log = openSync(join(scratch, 'ministack.log'), 'w');
  const program = fileURLToPath(new URL('start-ministack.py', import.meta.url));
  const child = children.start(
    [program],
    {
      stdio: ['ignore', log, log],
      env: {
        PATH: process.env.PATH,
        HOME: scratch,
        TMPDIR: temporary,
        GATEWAY_PORT: String(port),
        BIND_HOST: '127.0.0.1',
        MINISTACK_HOST: '127.0.0.1',
        AUTH: 'true',
        SFTP_ENABLED: '0',
        IOT_MTLS_ENABLED: '0',
        ...ROOT,
        AWS_REGION: REGION,
        AWS_DEFAULT_REGION: REGION,
        NODE_NO_WARNINGS: '1',
      },
    },
    join(folder, 'bin', 'python'),
  );
  const ended = new Promise<never>((_resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (code) =>
      reject(new Error(`MiniStack ended (exit code ${code}); see ${join(scratch, 'ministack.log')}`)),
    );
  });
  ended.catch(() => {}); // whoever races it is told
  const endpoint = `http://127.0.0.1:${port}`;
  await Promise.race([answers(endpoint), ended]);
  return { endpoint, ended };
}

async function answers(endpoint: string): Promise<void> {
  const deadline = performance.now() + START_MS;
  for (;;) {
    try {
      if ((await fetch(`${endpoint}/_ministack/health`)).ok) return;
    } catch (error) {
      if (performance.now() > deadline) throw error;
    }
    await sleep(100);
  }
}
