import { SHARE_ENV, Worker } from 'node:worker_threads';
import { EngineError } from './engine.ts';
import type { ThreadData, ThreadReply, ThreadRequest } from './inference-messages.ts';

const CLOSE_WITHIN_MS = 5_000;

interface Waiting {
  resolve(reply: ThreadReply): void;
  reject(error: EngineError): void;
}

/** The main thread's side of one inference thread: asks one thing at a time and notices its death. */
export class InferenceThread {
  readonly #worker: Worker;
  readonly #exited: Promise<void>;
  #waiting: Waiting | undefined;
  /** Goes to the thread with each batch, and comes back with the answer. */
  #input = new Uint8Array(0);
  /** The last thing asked. */
  #answered: Promise<unknown> = Promise.resolve();
  #cause: unknown;
  #alive = true;

  constructor(file: URL, data: ThreadData) {
    // The native libraries read the process's environment, not a thread's copy of it.
    this.#worker = new Worker(file, { workerData: data, env: SHARE_ENV });
    this.#worker.on('message', (reply: ThreadReply) => this.#settle(reply));
    this.#worker.on('error', (error) => {
      this.#cause = error;
    });
    this.#exited = new Promise((resolve) => {
      this.#worker.on('exit', (code) => {
        this.#died(code);
        resolve();
      });
    });
  }

  get alive(): boolean {
    return this.#alive;
  }

  /** Resolves when the session is made. Call it first, once. */
  async ready(): Promise<void> {
    await this.#reply();
  }

  /** One run; see `Engine.classify`. Not to be called while one is under way. */
  async classify(images: Uint8Array, count: number, alone: boolean): Promise<Float32Array> {
    if (this.#input.length !== images.length) this.#input = new Uint8Array(images.length);
    this.#input.set(images);
    const answered = this.#reply();
    this.#post({ type: 'classify', images: this.#input, count, alone }, [this.#input.buffer]);
    const reply = await answered;
    if (reply.type === 'ready') throw new EngineError('no result');
    this.#input = reply.images;
    if (reply.type === 'result') return reply.probabilities;
    throw new EngineError(`inference failed: ${reply.message}`);
  }

  /** Ends the thread after the run under way; by force when that takes more than 5 s. */
  async close(): Promise<void> {
    if (!this.#alive) return;
    const forced = setTimeout(() => this.#worker.terminate(), CLOSE_WITHIN_MS);
    // onnxruntime starts a run a turn later: a `close` that overtook it would release the session under it.
    await this.#answered.catch(() => {});
    this.#post({ type: 'close' }, []);
    await this.#exited;
    clearTimeout(forced);
  }

  #post(request: ThreadRequest, transfer: ArrayBuffer[]): void {
    this.#worker.postMessage(request, transfer);
  }

  #reply(): Promise<ThreadReply> {
    if (!this.#alive) return Promise.reject(this.#deathError());
    const reply = new Promise<ThreadReply>((resolve, reject) => {
      this.#waiting = { resolve, reject };
    });
    this.#answered = reply;
    return reply;
  }

  #settle(reply: ThreadReply): void {
    const waiting = this.#waiting;
    this.#waiting = undefined;
    waiting?.resolve(reply);
  }

  #died(code: number): void {
    this.#alive = false;
    this.#cause ??= new Error(`exit code ${code}`);
    this.#waiting?.reject(this.#deathError());
    this.#waiting = undefined;
  }

  #deathError(): EngineError {
    const why = this.#cause instanceof Error ? this.#cause.message : String(this.#cause);
    return new EngineError(`an inference thread died: ${why}`, { cause: this.#cause });
  }
}
