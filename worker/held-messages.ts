import { log } from '../shared/log.ts';
import type { ReceivedMessage } from './received-message.ts';
import type { RequestQueue } from './request-queue.ts';
import type { Times } from './times.ts';

type Timing = Pick<Times, 'heartbeatMs' | 'visibilitySeconds'>;

/** The messages that this worker holds: a heartbeat keeps them invisible to the others. */
export class HeldMessages {
  readonly #queue: RequestQueue;
  readonly #times: Timing;
  readonly #handles = new Set<string>();
  #heart: NodeJS.Timeout | undefined;

  constructor(queue: RequestQueue, times: Timing) {
    this.#queue = queue;
    this.#times = times;
  }

  get size(): number {
    return this.#handles.size;
  }

  startHeartbeat(): void {
    this.#heart = setInterval(() => void this.#beat(), this.#times.heartbeatMs);
  }

  stopHeartbeat(): void {
    clearInterval(this.#heart);
  }

  hold({ receiptHandle }: ReceivedMessage): void {
    this.#handles.add(receiptHandle);
  }

  /** Renews no more: the message is deleted, or is to show up again when its visibility runs out. */
  letGo({ receiptHandle }: ReceivedMessage): void {
    this.#handles.delete(receiptHandle);
  }

  /** Makes all that is held visible to the others at once. */
  async handBackAll(): Promise<void> {
    const handles = [...this.#handles];
    this.#handles.clear();
    await this.#setVisibility(handles, 0);
  }

  /** Makes messages that are not held visible to the others at once. */
  handBack(messages: readonly ReceivedMessage[]): Promise<void> {
    return this.#setVisibility(
      messages.map(({ receiptHandle }) => receiptHandle),
      0,
    );
  }

  #beat(): Promise<void> {
    return this.#setVisibility([...this.#handles], this.#times.visibilitySeconds);
  }

  async #setVisibility(handles: readonly string[], seconds: number): Promise<void> {
    if (handles.length === 0) return;
    try {
      const refused = await this.#queue.setVisibility(handles, seconds);
      // One that was deleted between the question and the answer is no news.
      if (refused.length > 0)
        log.warn('visibility not changed', { seconds, messages: refused.length, error: refused[0] });
    } catch (error) {
      log.warn('visibility not changed', { seconds, messages: handles.length, error });
    }
  }
}
