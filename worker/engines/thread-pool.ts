import { EngineError } from './engine.ts';

/** What the pool needs of a thread; {@link InferenceThread} in earnest. */
export interface PooledThread {
  readonly alive: boolean;
  ready(): Promise<void>;
  classify(images: Uint8Array, count: number, alone: boolean): Promise<Float32Array>;
  close(): Promise<void>;
}

interface Job {
  readonly images: Uint8Array;
  readonly count: number;
  readonly alone: boolean;
  resolve(probabilities: Float32Array): void;
  reject(error: unknown): void;
}

/** `starting` and `busy` come back to `idle`; a death leads to `starting` again, and to `down` when it came while starting. */
interface Slot {
  state: 'down' | 'starting' | 'idle' | 'busy';
  thread: PooledThread | undefined;
}

/**
 * A fixed number of threads and one queue, first in, first out. A thread that dies in a run fails that run
 * alone and is started again at once. One that dies while starting would do so again: it is left until the
 * next job comes; when no thread is left, the jobs that wait fail.
 */
export class ThreadPool {
  readonly #slots: Slot[];
  readonly #queue: Job[] = [];
  readonly #makeThread: (first: boolean) => PooledThread;
  #closed = false;

  /** @param makeThread is told whether it makes the first of them */
  constructor(size: number, makeThread: (first: boolean) => PooledThread) {
    this.#makeThread = makeThread;
    this.#slots = Array.from({ length: size }, () => ({ state: 'down', thread: undefined }));
  }

  /** Starts all threads; rejects, having ended them, when one cannot be started. */
  async start(): Promise<void> {
    const outcomes = await Promise.allSettled(this.#slots.map((slot) => this.#startSlot(slot)));
    const failed = outcomes.find((outcome) => outcome.status === 'rejected');
    if (failed === undefined) return;
    await this.close();
    throw failed.reason;
  }

  /** See `Engine.classify`. What is alone goes to the first thread, unless that one is busy or dead. */
  run(images: Uint8Array, count: number, alone: boolean): Promise<Float32Array> {
    if (this.#closed) return Promise.reject(new EngineError('the engine is closed'));
    return new Promise((resolve, reject) => {
      this.#queue.push({ images, count, alone, resolve, reject });
      for (const slot of this.#slots) if (slot.state === 'down') this.#restartSlot(slot);
      this.#dispatch();
    });
  }

  /** Rejects what waits, lets what runs finish, ends the threads. */
  async close(): Promise<void> {
    this.#closed = true;
    this.#rejectQueue(new EngineError('the engine is closed'));
    await Promise.all(this.#slots.map(({ thread }) => thread?.close()));
  }

  #dispatch(): void {
    for (const slot of this.#slots) {
      if (slot.state !== 'idle' || slot.thread === undefined) continue;
      if (!slot.thread.alive) {
        this.#restartSlot(slot);
        continue;
      }
      const job = this.#queue.shift();
      if (job === undefined) return;
      slot.state = 'busy';
      void this.#runOn(slot, slot.thread, job);
    }
  }

  async #runOn(slot: Slot, thread: PooledThread, job: Job): Promise<void> {
    await thread.classify(job.images, job.count, job.alone).then(job.resolve, job.reject);
    if (thread.alive) {
      slot.state = 'idle';
      this.#dispatch();
    } else if (!this.#closed) {
      this.#restartSlot(slot);
    }
  }

  async #startSlot(slot: Slot): Promise<void> {
    slot.state = 'starting';
    slot.thread = this.#makeThread(slot === this.#slots[0]);
    try {
      await slot.thread.ready();
      slot.state = 'idle';
    } catch (error) {
      slot.state = 'down';
      throw error;
    }
  }

  #restartSlot(slot: Slot): void {
    this.#startSlot(slot).then(
      () => this.#dispatch(),
      (error) => {
        if (this.#slots.every(({ state }) => state === 'down')) this.#rejectQueue(error);
      },
    );
  }

  #rejectQueue(error: unknown): void {
    for (const job of this.#queue.splice(0)) job.reject(error);
  }
}
