import type { Receipt } from './queue.ts';

/** A receiver that waits for messages. */
export interface Poll {
  readonly maximum: number;
  readonly visibilitySeconds: number;
  answer(receipts: Receipt[]): void;
}

/** The receivers that wait at a queue, longest waiting first. One that hung up is no longer among them. */
export class LongPolls {
  #waiting = new Set<Poll>();

  get next(): Poll | undefined {
    return this.#waiting.values().next().value;
  }

  /**
   * Waits for messages.
   * @param waitMs milliseconds after which the answer is empty
   * @param hungUp aborts when the client's connection closes: from then on nothing is handed to it
   */
  wait(request: Omit<Poll, 'answer'>, waitMs: number, hungUp: AbortSignal): Promise<Receipt[]> {
    return new Promise((resolve) => {
      const leave = (receipts: Receipt[]) => {
        clearTimeout(timer);
        hungUp.removeEventListener('abort', giveUp);
        this.#waiting.delete(poll);
        resolve(receipts);
      };
      const giveUp = () => leave([]);
      const poll: Poll = { ...request, answer: leave };
      const timer = setTimeout(giveUp, waitMs).unref();
      this.#waiting.add(poll);
      hungUp.addEventListener('abort', giveUp);
      if (hungUp.aborted) giveUp();
    });
  }

  /** Answers all with nothing: the queue is gone. */
  dismiss(): void {
    for (const poll of this.#waiting) poll.answer([]);
  }
}
