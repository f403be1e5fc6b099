import { checkImages, type Engine, EngineError, type InputSize } from './engine.ts';

const CLASSES = 1001;
const LABRADOR = 209;
const CONFIDENCE = 0.9;

interface EchoOptions {
  readonly threads: number;
  /** Time that an image takes on a thread, ms. */
  readonly echoMs: number;
}

/**
 * A stand-in that sees a Labrador in every image, for tests and benches of everything around the engine. It
 * needs no weights. With `echoMs` it takes its time as an engine would: `threads` at once, the rest in turn.
 */
export class EchoEngine implements Engine {
  readonly name = 'echo';
  readonly version = '0';
  readonly precision = 'int8';
  readonly threads: number;
  readonly loneThreads = 1;
  readonly input: InputSize = { height: 299, width: 299 };
  readonly classes = CLASSES;
  readonly labels = echoLabels();
  readonly #echoMs: number;
  /** When each thread will have done what it was given, ms on the process's clock. */
  readonly #freeAt: number[];
  readonly #waiting = new Map<NodeJS.Timeout, (error: EngineError) => void>();
  #closed = false;

  constructor({ threads, echoMs }: EchoOptions) {
    this.threads = threads;
    this.#echoMs = echoMs;
    this.#freeAt = Array.from({ length: threads }, () => 0);
  }

  async load(): Promise<void> {}

  async warmUp(): Promise<void> {}

  async classify(images: Uint8Array, count: number): Promise<Float32Array> {
    if (this.#closed) throw new EngineError('the engine is closed');
    checkImages(images, count, this.input);
    if (this.#echoMs > 0) await this.#takeTurn(count * this.#echoMs);
    return echoProbabilities(count);
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

function echoProbabilities(count: number): Float32Array {
  const probabilities = new Float32Array(count * CLASSES).fill((1 - CONFIDENCE) / (CLASSES - 1));
  for (let image = 0; image < count; image++) probabilities[image * CLASSES + LABRADOR] = CONFIDENCE;
  return probabilities;
}

function echoLabels(): readonly string[] {
  return Array.from({ length: CLASSES }, (_, index) => `class ${index}`).with(LABRADOR, 'Labrador retriever');
}
