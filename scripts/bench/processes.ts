import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { promisify } from 'node:util';

export interface ProcessInfo {
  pid: number;
  parent: number;
  /** Resident memory, MB of a million bytes. */
  rssMb: number;
  command: string;
  /** Time on a core since its start, ms; where this system tells (Linux). */
  cpuMs?: number | undefined;
}

/** Reads what `ps -A -o pid=,ppid=,rss=,args=` prints; Linux and macOS have it alike. */
export function parseProcesses(output: string): ProcessInfo[] {
  return output.split('\n').flatMap((line) => {
    const [, pid, parent, rssKib, command = ''] = /^\s*(\d+)\s+(\d+)\s+(\d+)\s+(.*)$/.exec(line) ?? [];
    if (pid === undefined) return [];
    return [{ pid: Number(pid), parent: Number(parent), rssMb: (Number(rssKib) * 1024) / 1e6, command }];
  });
}

/** A process and all that it started, in any generation. Empty where this system has no `ps`. */
export async function processTree(pid: number): Promise<ProcessInfo[]> {
  const all = await promisify(execFile)('ps', ['-A', '-o', 'pid=,ppid=,rss=,args='], {
    maxBuffer: 2 ** 26,
  }).then(
    ({ stdout }) => parseProcesses(stdout),
    () => [],
  );
  return Promise.all(familyOf(pid, all).map(async (one) => ({ ...one, cpuMs: await cpuMsOf(one.pid) })));
}

/** Of a tick of the clock that Linux counts a process's time in, ms. */
const TICK_MS = 10;

/** Time on a core since its start, ms; `undefined` where it is gone, or this system does not tell. */
export async function cpuMsOf(pid: number): Promise<number | undefined> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => undefined);
  if (stat === undefined) return undefined;
  // What follows the command, which stands in brackets and may hold anything: user and system time are 12th and 13th.
  const [user, system] = stat
    .slice(stat.lastIndexOf(')') + 2)
    .split(' ')
    .slice(11, 13);
  return (Number(user) + Number(system)) * TICK_MS;
}

/** The process `pid` and its descendants. */
export function familyOf(pid: number, all: readonly ProcessInfo[]): ProcessInfo[] {
  const family = all.filter((one) => one.pid === pid);
  for (const member of family) family.push(...all.filter(({ parent }) => parent === member.pid));
  return family;
}

/** What part of the service a process is, by its command line. */
export function roleOf({ command }: ProcessInfo): string {
  if (/worker\/main\./.test(command)) return 'worker';
  if (/worker\/decoder-process\./.test(command)) return 'image decoder of a worker';
  if (/serverless/.test(command)) return 'functions (serverless-offline)';
  if (/local\/start\./.test(command)) return 'launcher with the embedded cloud';
  return 'other';
}
