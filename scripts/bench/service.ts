import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { Children } from '../../local/children.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const READY_WITHIN_MS = 120_000;
const KEPT_CHARACTERS = 10_000;

/** A service that runs on this machine for a bench alone. */
export interface Service {
  http: string;
  ws: string;
  /** Its embedded cloud. */
  aws: string;
  /** Of its launcher. */
  pid: number;
  stop(): Promise<void>;
}

/**
 * Runs what `npm start` runs, on free ports, and waits until it says that it is ready.
 * @param settings environment variables of the README
 * @throws Error with the end of what it printed, where it never gets ready
 */
export async function startService(
  children: Children,
  settings: Readonly<Record<string, string>>,
): Promise<Service> {
  const launcher = children.start(['local/start.mjs'], {
    cwd: root,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, HTTP_PORT: '0', WS_PORT: '0', AWS_PORT: '0', ...settings },
  });
  const line = await readyLine(launcher);
  const part = (name: string) => {
    const value = new RegExp(`\\b${name}=(\\S+)`).exec(line)?.[1];
    if (value === undefined) throw new Error(`the service's ready line has no ${name}: ${line}`);
    return value;
  };
  return {
    http: part('http'),
    ws: part('ws'),
    aws: part('aws'),
    pid: launcher.pid ?? 0,
    stop: () => ended(launcher),
  };
}

function readyLine(launcher: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    let output = '';
    let ready = false;
    const fail = (why: string) => reject(new Error(`the service ${why}:\n${output}`));
    const timer = setTimeout(() => fail(`was not ready in ${READY_WITHIN_MS / 1000} s`), READY_WITHIN_MS);
    const read = (text: string) => {
      if (ready) return;
      output = (output + text).slice(-KEPT_CHARACTERS);
      const line = /^ready in .*$/m.exec(output)?.[0];
      if (line === undefined) return;
      ready = true;
      clearTimeout(timer);
      resolve(line);
    };
    launcher.stdout?.setEncoding('utf8').on('data', read);
    launcher.stderr?.setEncoding('utf8').on('data', (text: string) => {
      if (ready) process.stderr.write(complaintsIn(text));
      else read(text);
    });
    launcher.once('exit', (code) => {
      clearTimeout(timer);
      fail(`ended with ${code} before it was ready`);
    });
  });
}

/** What the service itself logs, warnings and errors, is worth seeing; what serverless-offline says of each call is not. */
const complaintsIn = (text: string) =>
  (text.match(/^\d\d:\d\d:\d\d\.\d{3} (?:warn|error) .*\n?/gm) ?? []).join('');

async function ended(launcher: ChildProcess): Promise<void> {
  if (launcher.exitCode !== null || launcher.signalCode !== null) return;
  const gone = once(launcher, 'exit');
  launcher.kill('SIGTERM');
  await gone;
}
