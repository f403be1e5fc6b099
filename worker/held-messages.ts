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
  async handBack(messages: readonly ReceivedMessage[]): Promise<void> {
    const handles = messages.map(({ receiptHandle }) => receiptHandle);
    await this.#setVisibility(handles, 0);
  }

  async #beat(): Promise<void> {
    const refused = await this.#setVisibility([...this.#handles], this.#times.visibilitySeconds);
    // One that was deleted in the meantime is refused, too.
    const lost = [...refused].filter(([handle]) => this.#handles.has(handle));
    if (lost.length > 0) log.warn('messages slipped away', { count: lost.length, error: lost[0]?.[1] });
  }

  async #setVisibility(handles: readonly string[], seconds: number): Promise<ReadonlyMap<string, Error>> {
    if (handles.length === 0) return new Map();
    try {
      return await this.#queue.setVisibility(handles, seconds);
    } catch (error) {
      log.warn('visibility not changed', { seconds, messages: handles.length, error });
      return new Map();
    }
  }
}
