import type { ChildProcess } from 'node:child_process';

/** Workers that may fail to start, before it is plain that none will. */
const FAILURES = 3;

/** Watches workers start, so that a stage whose workers cannot is ended and told, not waited for. */
export class BootWatch {
  /** Rejects when {@link FAILURES} workers have ended with an error, and none has become ready. */
  readonly failed: Promise<never>;
  #fail: (error: BootError) => void = () => {};
  #failures = 0;
  #over = false;

  constructor() {
    this.failed = new Promise((_resolve, reject) => {
      this.#fail = reject;
    });
    this.failed.catch(() => {}); // whoever races it is told; nobody may be racing yet
  }

  watch(worker: ChildProcess): ChildProcess {
    worker.once('exit', (code) => {
      if (this.#over || code === 0 || code === null || ++this.#failures < FAILURES) return;
      this.#fail(new BootError(`No worker could start, in ${FAILURES} tries. Why stands above.`));
    });
    return worker;
  }

  /** A worker is ready: what comes now is the load balancer's to deal with. */
  stop(): void {
    this.#over = true;
  }
}

/** No worker could start. */
export class BootError extends Error {
  override readonly name = 'BootError';
}
