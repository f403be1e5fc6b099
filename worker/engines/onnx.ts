import type { ModelFiles } from '../models/ensure-model.ts';
import { checkImages, type Engine, IMAGE_BYTES } from './engine.ts';
import { InferenceThread } from './inference-thread-handle.ts';
import { inferenceThreadFile } from './thread-file.ts';
import { ThreadPool } from './thread-pool.ts';

interface OnnxOptions {
  readonly files: ModelFiles;
  readonly labels: readonly string[];
  readonly threads: number;
}

/**
 * onnxruntime, one session with one thread in each of `threads` worker threads: under load that is about a
 * tenth faster than one session with as many threads, and it leaves the main thread free.
 */
export class OnnxEngine implements Engine {
  readonly name = 'onnx';
  readonly version: string;
  readonly precision: ModelFiles['precision'];
  readonly threads: number;
  readonly labels: readonly string[];
  readonly #pool: ThreadPool;

  constructor({ files, labels, threads }: OnnxOptions) {
    this.version = files.version;
    this.precision = files.precision;
    this.threads = threads;
    this.labels = labels;
    const threadFile = inferenceThreadFile();
    this.#pool = new ThreadPool(threads, () => new InferenceThread(threadFile, { modelPath: files.onnx }));
  }

  load(): Promise<void> {
    return this.#pool.start();
  }

  async warmUp(): Promise<void> {
    // As many runs as threads: each idle thread takes one.
    await Promise.all(
      Array.from({ length: this.threads }, () => this.#pool.run(new Uint8Array(IMAGE_BYTES), 1)),
    );
  }

  async classify(images: Uint8Array, count: number): Promise<Float32Array> {
    checkImages(images, count);
    return this.#pool.run(images, count);
  }

  dispose(): Promise<void> {
    return this.#pool.close();
  }
}
