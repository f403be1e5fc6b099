/** SQS takes ten entries a batch call. */
export const BATCH_SIZE = 10;

interface Entry<T> {
  item: T;
  resolve(): void;
  reject(error: unknown): void;
}

/** Sends a batch; gives back, by its place in the batch, why an item failed. Throws where all did. */
export type SendBatch<T> = (items: readonly T[]) => Promise<ReadonlyMap<number, Error>>;

export interface BatchesOptions {
  /** Calls that may be under way at the same time. */
  callsAtOnce: number;
  /** How long an item waits for others to fill its batch, in ms. */
  lingerMs?: number;
}

/** Of messages that are done with. Nobody waits for a deletion: the fewest calls are the best. */
export const DELETIONS = { callsAtOnce: 1, lingerMs: 250 } as const satisfies BatchesOptions;

/**
 * Puts what is added while calls are under way, or within `lingerMs`, into one batch call. Without a linger an item
 * goes at once where fewer than `callsAtOnce` are under way: batching then costs no wait where there is no load.
 */
export class Batches<T> {
  readonly #send: SendBatch<T>;
  readonly #callsAtOnce: number;
  readonly #lingerMs: number;
  readonly #waiting: Entry<T>[] = [];
  #calls = 0;
  #timer: NodeJS.Timeout | undefined;

  constructor(send: SendBatch<T>, { callsAtOnce, lingerMs = 0 }: BatchesOptions) {
    this.#send = send;
    this.#callsAtOnce = callsAtOnce;
    this.#lingerMs = lingerMs;
  }

  /**
   * Resolves when the item was taken. Rejects with why it alone, or its whole batch, failed.
   * @param lingerMs of this item, where it differs
   */
  add(item: T, lingerMs = this.#lingerMs): Promise<void> {
    const done = new Promise<void>((resolve, reject) => this.#waiting.push({ item, resolve, reject }));
    if (lingerMs > 0 && this.#waiting.length < BATCH_SIZE)
      this.#timer ??= setTimeout(() => this.#next(), lingerMs);
    // In a microtask, so that what is added in one go travels together.
    else queueMicrotask(() => this.#next());
    return done;
  }

  #next(): void {
    if (this.#calls >= this.#callsAtOnce || this.#waiting.length === 0) return;
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#calls++;
    void this.#call(this.#waiting.splice(0, BATCH_SIZE)).finally(() => {
      this.#calls--;
      this.#next();
    });
    this.#next();
  }

  async #call(batch: Entry<T>[]): Promise<void> {
    try {
      const failed = await this.#send(batch.map(({ item }) => item));
      for (const [place, { resolve, reject }] of batch.entries()) {
        const error = failed.get(place);
        if (error) reject(error);
        else resolve();
      }
    } catch (error) {
      for (const { reject } of batch) reject(error);
    }
  }
}
