import { fileURLToPath } from 'node:url';

/** How a process is started: its program, arguments and whole environment. */
export interface Command {
  file: string;
  args: string[];
  env: NodeJS.ProcessEnv;
}

/**
 * A decoder's own heap holds next to nothing, for images lie outside it; and it has so little JavaScript to run that
 * compiling it gains nothing. Without, no page of its memory is both writable and executable.
 */
const NODE_ARGS = [
  '--jitless',
  '--no-expose-wasm', // which is compiled
  '--max-semi-space-size=1',
  '--v8-pool-size=1',
  '--expose-gc',
];

/**
 * What a decoder may take of memory: private and writable, in KiB. Some 50 MB of it are taken before the
 * first image; an image that wants more than the rest fails, or kills the decoder. The system counts so on Linux only;
 * elsewhere `decode-image-memory.ts` alone keeps watch.
 */
const dataLimitKib = (atOnce: number) => (300 + 70 * atOnce) * 1024;

/** Limits the decoder's memory, and offers it first where the whole machine runs out. */
const SHELL = `ulimit -d "$1" 2>/dev/null
shift
echo 1000 2>/dev/null >/proc/self/oom_score_adj
exec "$@"`;

/**
 * The command that starts a decoder. Bundled, its file stands beside `main.mjs`; from source tsx brings it in. Its
 * environment is empty: an image that took a decoder over would find no credentials there.
 * @param atOnce images at the same time
 */
export function decoderCommand(atOnce: number, here: string = import.meta.url): Command {
  const node = [process.execPath, ...NODE_ARGS, ...entry(here)];
  // One arena of malloc keeps less memory that no image needs any more.
  const env = { UV_THREADPOOL_SIZE: String(atOnce), MALLOC_ARENA_MAX: '1' };
  return { file: '/bin/sh', args: ['-c', SHELL, 'sh', String(dataLimitKib(atOnce)), ...node], env };
}

function entry(here: string): string[] {
  if (!new URL(here).pathname.endsWith('.ts')) return [fileURLToPath(new URL('./decoder-process.mjs', here))];
  return ['--import', import.meta.resolve('tsx'), fileURLToPath(new URL('./decoder-process.ts', here))];
}
