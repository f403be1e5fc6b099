import { createRequire } from 'node:module';
import type { Writable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import * as z from 'zod';
import type { Children } from './children.ts';

const root = fileURLToPath(new URL('..', import.meta.url));
const started = z.object({ type: z.literal('started'), bucket: z.string() });
const KEPT_LINES = 40;

/**
 * Runs the stage `local` of serverless.yml: the HTTP and WebSocket APIs, the functions, the queue that feeds
 * push-results, and the load balancer's schedule.
 * @returns once it listens: the bucket's name, and a promise that rejects if it ever ends
 */
export async function startOfflineStage(
  children: Children,
  env: NodeJS.ProcessEnv,
  log: Writable,
): Promise<{ bucket: string; ended: Promise<never> }> {
  const program = createRequire(import.meta.url).resolve('serverless/bin/serverless.js');
  const child = children.start([program, 'offline', 'start', '--stage', 'local'], {
    cwd: root,
    // Else it has two lines for every message that comes and every one that is pushed.
    env: { SLS_LOG_LEVEL: 'warning', ...env },
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  });
  let lines: string[] = [];
  let quiet = true; // until it has started, its chatter is kept, and shown only if it fails
  for (const stream of [child.stdout, child.stderr]) {
    stream?.setEncoding('utf8').on('data', (text: string) => {
      if (quiet) lines = [...lines, text].slice(-KEPT_LINES);
      else log.write(text);
    });
  }
  const ended = new Promise<never>((_resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (code, signal) => {
      const last = quiet ? `\n${lines.join('')}` : '';
      reject(new Error(`serverless-offline ended (${signal ?? `exit code ${code}`})${last}`));
    });
  });
  const bucket = new Promise<string>((resolve) => {
    child.on('message', (message) => {
      const parsed = started.safeParse(message);
      if (parsed.success) resolve(parsed.data.bucket);
    });
  });
  const stage = await Promise.race([bucket, ended]);
  quiet = false;
  return { bucket: stage, ended };
}
