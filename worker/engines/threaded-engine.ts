import type { Precision } from '../models/lowering.ts';
import { bytesOf } from '../view.ts';
import { checkImages, type Engine, type InputSize } from './engine.ts';
import type { ThreadData } from './inference-messages.ts';
import { InferenceThread } from './inference-thread-handle.ts';
import { inferenceThreadFile } from './thread-file.ts';
import { ThreadPool } from './thread-pool.ts';

interface ThreadedEngineOptions extends ThreadData {
  /** Of the model. */
  readonly version: string;
  readonly precision: Precision;
  /** Names of the classes by index. */
  readonly labels: readonly string[];
  readonly threads: number;
}

/** An engine whose runs block: a session of its own in each of `threads` threads leaves the main one free. */
export class ThreadedEngine implements Engine {
  readonly name: ThreadData['engine'];
  readonly version: string;
  readonly precision: Precision;
  readonly threads: number;
  readonly loneThreads: number;
  readonly input: InputSize;
  readonly labels: readonly string[];
  readonly #pool: ThreadPool;
  #loaded: Promise<void> | undefined;

  constructor(options: ThreadedEngineOptions) {
    const { engine, modelPath, input, version, precision, labels, threads, loneThreads } = options;
    this.name = engine;
    this.version = version;
    this.precision = precision;
    this.threads = threads;
    this.loneThreads = loneThreads;
    this.input = input;
    this.labels = labels;
    const threadFile = inferenceThreadFile();
    // One is enough for what comes alone.
    const dataFor = (first: boolean) => ({ engine, modelPath, input, loneThreads: first ? loneThreads : 1 });
    this.#pool = new ThreadPool(threads, (first) => new InferenceThread(threadFile, dataFor(first)));
  }

  get classes(): number {
    return this.labels.length;
  }

  load(): Promise<void> {
    this.#loaded ??= this.#pool.start();
    return this.#loaded;
  }

  async warmUp(): Promise<void> {
    // As many runs as threads: each idle thread takes one.
    const run = (alone: boolean) => this.#pool.run(new Uint8Array(bytesOf(this.input)), 1, alone);
    await Promise.all(Array.from({ length: this.threads }, () => run(false)));
    if (this.loneThreads > 1) await run(true);
  }

  async classify(images: Uint8Array, count: number, alone = false): Promise<Float32Array> {
    checkImages(images, count, this.input);
    return this.#pool.run(images, count, alone);
  }

  dispose(): Promise<void> {
    return this.#pool.close();
  }
}
