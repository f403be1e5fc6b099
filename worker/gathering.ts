import { BATCH_SIZE } from './batches.ts';
import type { ReceivedMessage } from './received-message.ts';

const MOST_PATIENCE_MS = 1_000;

/**
 * How long a message may wait for others to share its calls with, in ms: a fifth of what it waited in the queue. So one
 * that came at once is never held up, and where many wait, calls get fewer and fuller.
 */
export const patienceOf = ({ sentAt, receivedAt }: Pick<ReceivedMessage, 'sentAt' | 'receivedAt'>): number =>
  Math.floor(Math.min(MOST_PATIENCE_MS, Math.max(0, receivedAt - sentAt) / 5));

/** Lets those who come within a short time go on together, as many as a batch call takes. */
export class Gathering {
  #waiting: (() => void)[] = [];
  /** How many others may still come. */
  #coming = 0;
  #timer: NodeJS.Timeout | undefined;
  #dueAt = Number.POSITIVE_INFINITY;

  /**
   * Does a task, and then waits for others that are at theirs: until the patience of any who wait is over, they fill a
   * batch, or nobody is left to come. A task that fails waits for nobody.
   * @param patienceMs 0: at once
   */
  async after<T>(task: () => Promise<T>, patienceMs: () => number): Promise<T> {
    const result = await this.#counted(task);
    await this.#join(patienceMs());
    return result;
  }

  async #counted<T>(task: () => Promise<T>): Promise<T> {
    this.#coming++;
    try {
      return await task();
    } catch (error) {
      if (this.#coming === 1) this.#go();
      throw error;
    } finally {
      this.#coming--;
    }
  }

  #join(patienceMs: number): Promise<void> {
    const together = new Promise<void>((resolve) => this.#waiting.push(resolve));
    const dueAt = performance.now() + patienceMs;
    if (patienceMs <= 0 || this.#coming === 0 || this.#waiting.length === BATCH_SIZE) {
      this.#go();
    } else if (dueAt < this.#dueAt) {
      clearTimeout(this.#timer);
      this.#dueAt = dueAt;
      this.#timer = setTimeout(() => this.#go(), patienceMs);
    }
    return together;
  }

  #go(): void {
    clearTimeout(this.#timer);
    this.#dueAt = Number.POSITIVE_INFINITY;
    for (const resolve of this.#waiting.splice(0)) resolve();
  }
}
