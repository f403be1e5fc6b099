import { type ChildProcess, type SpawnOptions, spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

/** The processes of one launcher. None outlives it, not even where it is killed with SIGKILL. */
export class Children {
  readonly #reaper: ChildProcess;
  readonly #running = new Set<ChildProcess>();

  constructor() {
    const program = fileURLToPath(new URL('./reaper.mjs', import.meta.url));
    this.#reaper = spawn(process.execPath, [program], {
      stdio: ['pipe', 'ignore', 'ignore'],
      detached: true,
    });
    this.#reaper.stdin?.on('error', () => {}); // a reaper that was killed by hand must not end the service
    this.#reaper.unref();
  }

  /** Starts a program, Node if no other, in a process group of its own, so that a Ctrl-C in the terminal reaches the launcher alone. */
  start(args: string[], options: SpawnOptions, program = process.execPath): ChildProcess {
    const child = spawn(program, args, { ...options, detached: true });
    const { pid } = child;
    if (pid === undefined) return child;
    this.#running.add(child);
    this.#reaper.stdin?.write(`+${pid}\n`);
    child.once('exit', () => {
      this.#running.delete(child);
      this.#reaper.stdin?.write(`-${pid}\n`);
    });
    return child;
  }

  /** Kills all that still run, at once. */
  kill(): void {
    for (const { pid } of this.#running) {
      if (pid === undefined) continue;
      try {
        process.kill(-pid, 'SIGKILL');
      } catch (error) {
        if (!(error instanceof Error && 'code' in error && error.code === 'ESRCH')) throw error;
      }
    }
  }
}
