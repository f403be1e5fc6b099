import { type ChildProcess, spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../..', import.meta.url));

/** A running `npm start`, as a user has it: a process of its own, told only by settings. */
export interface Service {
  http: string;
  ws: string;
  aws: string;
  bucket: string;
  launcher: ChildProcess;
  /** All that it printed so far. */
  output(): string;
  stop(): Promise<void>;
}

/** Starts the launcher on free ports, without waiting. */
export function launch(env: NodeJS.ProcessEnv = {}): ChildProcess {
  return spawn(process.execPath, ['local/start.mjs'], {
    cwd: root,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...withoutTestEnvironment(), HTTP_PORT: '0', WS_PORT: '0', AWS_PORT: '0', ...env },
  });
}

// What vitest sets for its own processes is not what a user has.
const withoutTestEnvironment = () =>
  Object.fromEntries(
    Object.entries(process.env).filter(([name]) => !/^(VITEST|NODE_ENV|TEST|AWS_)/.test(name)),
  );

/** Starts the service and waits for its `ready` line. Ends with an error that shows all output if it never comes. */
export async function startService(env: NodeJS.ProcessEnv = {}): Promise<Service> {
  const launcher = launch(env);
  let output = '';
  const readyLine = new Promise<string>((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error(`not ready in 100 s:\n${output}`)), 100_000);
    const read = (text: string) => {
      output += text;
      const line = /^ready in .*$/m.exec(output)?.[0];
      if (line === undefined) return;
      clearTimeout(timer);
      resolve(line);
    };
    launcher.stdout?.setEncoding('utf8').on('data', read);
    launcher.stderr?.setEncoding('utf8').on('data', read);
    launcher.once('exit', (code) => {
      clearTimeout(timer);
      reject(new Error(`ended with ${code} before it was ready:\n${output}`));
    });
  });
  const line = await readyLine;
  const part = (name: string) => {
    const value = new RegExp(`\\b${name}=(\\S+)`).exec(line)?.[1];
    if (value === undefined) throw new Error(`no ${name}= in: ${line}`);
    return value;
  };
  return {
    http: part('http'),
    ws: part('ws'),
    aws: part('aws'),
    bucket: part('bucket'),
    launcher,
    output: () => output,
    stop: () => ended(launcher, 'SIGINT'),
  };
}

/** Sends a signal and waits until the process is gone. */
export async function ended(child: ChildProcess, signal: NodeJS.Signals): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = new Promise((resolve) => child.once('exit', resolve));
  child.kill(signal);
  await gone;
}
