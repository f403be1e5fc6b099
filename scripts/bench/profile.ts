import { access, mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import * as z from 'zod';
import type { Measured } from './load.ts';
import { type ProcessInfo, roleOf } from './processes.ts';
import { packageOf, sourceOf } from './profile-source.ts';
import type { Row } from './report.ts';
import type { Target } from './target.ts';

const WRITTEN_WITHIN_MS = 30_000;
/** The parts of a process's time that are told, largest first; the rest is one row. */
const SHOWN = 8;

const cpuProfile = z.object({
  nodes: z.array(
    z.object({
      id: z.int(),
      callFrame: z.object({ functionName: z.string(), url: z.string(), lineNumber: z.int() }),
    }),
  ),
  samples: z.array(z.int()),
  /** µs. */
  timeDeltas: z.array(z.int()),
});
export type CpuProfile = z.infer<typeof cpuProfile>;

/** Environment of a service whose processes are to be profiled into the folder `dir`. */
export async function profileSettings(dir: string): Promise<Record<string, string>> {
  await mkdir(dir, { recursive: true });
  const preload = new URL('./profiled.mjs', import.meta.url).href;
  return { CPU_PROFILES: dir, NODE_OPTIONS: `${process.env.NODE_OPTIONS ?? ''} --import ${preload}`.trim() };
}

/**
 * Where the service's processes spend their time under a load: a row for each part of each process, as a share of its busy
 * time, in which a wait for a core counts, too. The profiles stay in `dir`, for Chromium's developer tools and the like.
 * @throws Error where a process has not written its profile in 30 s
 */
export async function profileRows(
  target: Target,
  dir: string,
  load: () => Promise<Measured>,
): Promise<Row[]> {
  const processes = (await target.processes()).filter((one) => PROFILED.has(roleOf(one)));
  const toggle = () => {
    for (const { pid } of processes) process.kill(pid, 'SIGUSR2');
  };
  toggle();
  await load();
  toggle();
  const parts = await Promise.all(
    processes.map(async (one) => ({ role: roleOf(one), profile: await written(one, dir) })),
  );
  return [...PROFILED].flatMap((role) => {
    const profiles = parts.filter((part) => part.role === role).map(({ profile }) => profile);
    return rowsOf(role, profiles);
  });
}

/** Those with JavaScript worth a look; a decoder has none. */
const PROFILED: ReadonlySet<string> = new Set([
  'launcher with the embedded cloud',
  'functions (serverless-offline)',
  'worker',
]);

async function written({ pid }: ProcessInfo, dir: string): Promise<CpuProfile> {
  const path = join(dir, `${pid}.cpuprofile`);
  const deadline = Date.now() + WRITTEN_WITHIN_MS;
  while (
    !(await access(path).then(
      () => true,
      () => false,
    ))
  ) {
    if (Date.now() > deadline) throw new Error(`${path} was not written in ${WRITTEN_WITHIN_MS / 1000} s`);
    await sleep(100);
  }
  return cpuProfile.parse(JSON.parse(await readFile(path, 'utf8')));
}

function rowsOf(role: string, profiles: readonly CpuProfile[]): Row[] {
  const spent = new Map<string, number>();
  for (const profile of profiles) {
    for (const [part, ms] of partsOf(profile)) spent.set(part, (spent.get(part) ?? 0) + ms);
  }
  const sorted = [...spent].sort(([, a], [, b]) => b - a);
  const sum = (some: typeof sorted) => some.reduce((total, [, ms]) => total + ms, 0);
  return [...sorted.slice(0, SHOWN), ['the rest', sum(sorted.slice(SHOWN))] as const].map(([part, ms]) => ({
    name: `profile: ${role}: ${part}`,
    busyShare: ms / sum(sorted),
  }));
}

/** Time by the package whose code it went to, in ms; what was idle is left out. */
export function partsOf({ nodes, samples, timeDeltas }: CpuProfile): Map<string, number> {
  const source = sourceOf();
  const names = new Map(nodes.map(({ id, callFrame }) => [id, packageOf(callFrame, source)]));
  const spent = new Map<string, number>();
  samples.forEach((id, index) => {
    const name = names.get(id) ?? 'unknown';
    if (name !== '(idle)') spent.set(name, (spent.get(name) ?? 0) + (timeDeltas[index] ?? 0) / 1000);
  });
  return spent;
}
