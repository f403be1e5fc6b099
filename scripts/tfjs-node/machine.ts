import { access, statfs } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import * as z from 'zod';
import { runCommand } from '../run-command.ts';

const PROGRAMS = { python3: ['-m', 'pip', '--version'], 'g++': ['--version'], make: ['--version'] } as const;
export type Program = keyof typeof PROGRAMS;

/** What of a machine decides whether tfjs-node can be built on it. */
export interface Machine {
  readonly platform: NodeJS.Platform;
  readonly arch: string;
  /** Undefined where the C library is another one, such as musl. */
  readonly glibc: string | undefined;
  /** Of Node, such as `20.19.0`. */
  readonly node: string;
  readonly missing: readonly Program[];
  /** Folder with `include/node/node_api.h`; undefined where none was found. */
  readonly nodeHeaders: string | undefined;
  /** Bytes free where it is to be installed. */
  readonly freeBytes: number;
}

const reportSchema = z.object({ header: z.object({ glibcVersionRuntime: z.string().optional() }) });

/** Looks at this machine. `folder` is where the package is to go. */
export async function examineMachine(folder: string): Promise<Machine> {
  const programs: Program[] = ['python3', 'g++', 'make'];
  const found = await Promise.all(programs.map((program) => answers(program, PROGRAMS[program])));
  const { bavail, bsize } = await statfs(folder);
  return {
    platform: process.platform,
    arch: process.arch,
    glibc: reportSchema.parse(process.report.getReport()).header.glibcVersionRuntime,
    node: process.versions.node,
    missing: programs.filter((_, at) => !found[at]),
    nodeHeaders: await findNodeHeaders(),
    freeBytes: bavail * bsize,
  };
}

function answers(program: string, args: readonly string[]): Promise<boolean> {
  return runCommand(program, args, {}).then(
    () => true,
    () => false,
  );
}

/** npm's setting `nodedir`, then beside this Node, then where Linux distributions put them. */
async function findNodeHeaders(): Promise<string | undefined> {
  const candidates = [
    process.env.npm_config_nodedir,
    dirname(dirname(process.execPath)),
    '/usr',
    '/usr/local',
  ];
  for (const folder of candidates.filter((candidate) => candidate !== undefined)) {
    const header = join(folder, 'include', 'node', 'node_api.h');
    if (
      await access(header).then(
        () => true,
        () => false,
      )
    )
      return folder;
  }
  return undefined;
}
