import { join } from 'node:path';
import { readModelLabels } from '../models/labels.ts';
import type { Precision } from '../models/lowering.ts';
import { filesFor, type ModelFolder, type ModelManifest } from '../models/manifest.ts';
import { threadFile } from '../thread-file.ts';
import { bytesOf } from '../view.ts';
import { checkImages, type Engine, EngineError } from './engine.ts';
import type { ThreadData } from './inference-messages.ts';
import { InferenceThread } from './inference-thread-handle.ts';
import { ThreadPool } from './thread-pool.ts';

interface Threads {
  readonly precision: Precision;
  readonly threads: number;
  readonly loneThreads: number;
}

interface ThreadedEngineOptions extends Threads {
  readonly engine: ThreadData['engine'];
  /** Path of the file that the engine reads. */
  readonly modelPath: string;
  readonly manifest: ModelManifest;
  /** Names of the classes by index. */
  readonly labels: readonly string[];
}

/** The engine for a model in a folder; not yet loaded. */
export async function openThreadedEngine(
  engine: ThreadData['engine'],
  { manifest, folder }: ModelFolder,
  threads: Threads,
): Promise<ThreadedEngine> {
  const [net] = filesFor(manifest, engine === 'onnx' ? threads.precision : 'tflite');
  const labels = await readModelLabels({ manifest, folder });
  return new ThreadedEngine({ engine, modelPath: join(folder, net), manifest, labels, ...threads });
}

/** An engine whose runs block: a session of its own in each of `threads` threads leaves the main one free. */
export class ThreadedEngine implements Engine {
  readonly name: ThreadData['engine'];
  readonly manifest: ModelManifest;
  readonly precision: Precision;
  readonly threads: number;
  readonly loneThreads: number;
  readonly labels: readonly string[];
  readonly #pool: ThreadPool;
  #loaded: Promise<void> | undefined;

  constructor(options: ThreadedEngineOptions) {
    const { engine, modelPath, manifest, precision, labels, threads, loneThreads } = options;
    const { input } = manifest;
    this.name = engine;
    this.manifest = manifest;
    this.precision = precision;
    this.threads = threads;
    this.loneThreads = loneThreads;
    this.labels = labels;
    const file = threadFile('inference-thread', import.meta.url);
    // One is enough for what comes alone.
    const dataFor = (first: boolean) => ({ engine, modelPath, input, loneThreads: first ? loneThreads : 1 });
    this.#pool = new ThreadPool(threads, (first) => new InferenceThread(file, dataFor(first)));
  }

  load(): Promise<void> {
    this.#loaded ??= this.#pool.start();
    return this.#loaded;
  }

  async warmUp(): Promise<void> {
    const { input, classes } = this.manifest;
    const run = async (alone: boolean) => {
      const { length } = await this.#pool.run(new Uint8Array(bytesOf(input)), 1, alone);
      if (length !== classes) throw new EngineError(`the net gives ${length} classes instead of ${classes}`);
    };
    // As many runs as threads: each idle thread takes one.
    await Promise.all(Array.from({ length: this.threads }, () => run(false)));
    if (this.loneThreads > 1) await run(true);
  }

  async classify(images: Uint8Array, count: number, alone = false): Promise<Float32Array> {
    checkImages(images, count, this.manifest.input);
    return this.#pool.run(images, count, alone);
  }

  dispose(): Promise<void> {
    return this.#pool.close();
  }
}
