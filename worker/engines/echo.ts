import { INCEPTION_V3 } from '../models/inception-v3.ts';
import type { ModelManifest } from '../models/manifest.ts';
import { checkImages, type Engine, EngineError } from './engine.ts';

const LABRADOR = 209;
const CONFIDENCE = 0.9;

interface EchoOptions {
  readonly threads: number;
  /** Time that an image takes on a thread, ms. */
  readonly echoMs: number;
  /** Inception v3's unless given. */
  readonly manifest?: ModelManifest;
}

/**
 * A stand-in for tests and benches of everything around the engine. It sees the same in every image, with Inception v3 a
 * Labrador, with others their last class, and needs no weights. With `echoMs` it takes its time as an engine would: `threads` at once, the rest in turn.
 */
export class EchoEngine implements Engine {
  readonly name = 'echo';
  readonly manifest: ModelManifest;
  readonly precision = 'int8';
  readonly threads: number;
  readonly loneThreads = 1;
  readonly labels: readonly string[];
  readonly #echoMs: number;
  /** Index of the class that it sees. */
  readonly #seen: number;
  /** When each thread will have done what it was given, ms on the process's clock. */
  readonly #freeAt: number[];
  readonly #waiting = new Map<NodeJS.Timeout, (error: EngineError) => void>();
  #closed = false;

  constructor({ threads, echoMs, manifest = INCEPTION_V3.manifest }: EchoOptions) {
    this.manifest = manifest;
    this.#seen = manifest.name === INCEPTION_V3.manifest.name ? LABRADOR : manifest.classes - 1;
    this.labels = echoLabels(manifest);
    this.threads = threads;
    this.#echoMs = echoMs;
    this.#freeAt = Array.from({ length: threads }, () => 0);
  }

  async load(): Promise<void> {}

  async warmUp(): Promise<void> {}

  async classify(images: Uint8Array, count: number): Promise<Float32Array> {
    if (this.#closed) throw new EngineError('the engine is closed');
    checkImages(images, count, this.manifest.input);
    if (this.#echoMs > 0) await this.#takeTurn(count * this.#echoMs);
    return echoProbabilities(count, this.manifest.classes, this.#seen);
  }

  async dispose(): Promise<void> {
    this.#closed = true;
    for (const [timer, reject] of this.#waiting) {
      clearTimeout(timer);
      reject(new EngineError('the engine is closed'));
    }
    this.#waiting.clear();
  }

  #takeTurn(durationMs: number): Promise<void> {
    const now = performance.now();
    const free = Math.min(...this.#freeAt);
    const endsAt = Math.max(now, free) + durationMs;
    this.#freeAt[this.#freeAt.indexOf(free)] = endsAt;
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        this.#waiting.delete(timer);
        resolve();
      }, endsAt - now);
      this.#waiting.set(timer, reject);
    });
  }
}

function echoProbabilities(count: number, classes: number, seen: number): Float32Array {
  const rest = classes > 1 ? (1 - CONFIDENCE) / (classes - 1) : 0;
  const probabilities = new Float32Array(count * classes).fill(rest);
  for (let image = 0; image < count; image++)
    probabilities[image * classes + seen] = classes > 1 ? CONFIDENCE : 1;
  return probabilities;
}

function echoLabels({ name, classes }: ModelManifest): readonly string[] {
  const labels = Array.from({ length: classes }, (_, index) => `class ${index}`);
  return name === INCEPTION_V3.manifest.name ? labels.with(LABRADOR, 'Labrador retriever') : labels;
}
