import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

export interface ProcessInfo {
  pid: number;
  parent: number;
  /** Resident memory, MB of a million bytes. */
  rssMb: number;
  command: string;
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
  return familyOf(pid, all);
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
  if (/serverless/.test(command)) return 'functions (serverless-offline)';
  if (/local\/start\./.test(command)) return 'launcher with the embedded cloud';
  return 'other';
}
