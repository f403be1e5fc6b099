import type { Machine, Program } from './machine.ts';

/** At its fullest: npm's packages, the wheel, and what is taken out of it. */
const NEEDED_BYTES = 2e9;
const NODE_MAJORS = ['20', '22'];

const HINTS: Record<Program, string> = {
  python3: 'Python 3 with pip is needed (Debian, Ubuntu: apt install python3-pip)',
  'g++': 'a C++ compiler, g++, is needed (Debian, Ubuntu: apt install g++)',
  make: 'make is needed (Debian, Ubuntu: apt install make)',
};

/** Why tfjs-node cannot be built on a machine, a sentence each; none when it can. */
export function problemsOf(machine: Machine): string[] {
  const { platform, arch, glibc, node, missing, nodeHeaders, freeBytes } = machine;
  const problems: string[] = [];
  if (platform !== 'linux' || arch !== 'x64' || glibc === undefined) {
    const libc = platform === 'linux' && glibc === undefined ? ' without glibc' : '';
    problems.push(`PyPI has the library for Linux x64 with glibc only; this is ${platform} ${arch}${libc}`);
  }
  if (!NODE_MAJORS.includes(node.split('.')[0] ?? '')) {
    problems.push(`tfjs-node works with Node 20 and 22; this is ${node}`);
  }
  problems.push(...missing.map((program) => HINTS[program]));
  if (nodeHeaders === undefined) {
    problems.push(
      "Node's headers (include/node/node_api.h) are needed: set npm_config_nodedir to the folder that has them",
    );
  }
  if (freeBytes < NEEDED_BYTES) {
    problems.push(`2 GB of disk are needed; ${(freeBytes / 1e9).toFixed(1)} GB are free`);
  }
  return problems;
}
