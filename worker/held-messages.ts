import { log } from '../shared/log.ts';
import { type ReceivedMessage, requestIdIn } from './received-message.ts';
import type { RequestQueue } from './request-queue.ts';
import type { Times } from './times.ts';

/** A deletion is told within this time. */
const DELETION_TOLD_MS = 1_000;

type Timing = Pick<Times, 'heartbeatMs' | 'visibilitySeconds'>;

/** The messages that this worker holds: a heartbeat keeps them invisible to the others. */
export class HeldMessages {
  readonly #queue: RequestQueue;
  readonly #times: Timing;
  /** By receipt handle. */
  readonly #messages = new Map<string, ReceivedMessage>();
  #heart: NodeJS.Timeout | undefined;

  constructor(queue: RequestQueue, times: Timing) {
    this.#queue = queue;
    this.#times = times;
  }

  get size(): number {
    return this.#messages.size;
  }

  startHeartbeat(): void {
    this.#heart = setInterval(() => void this.#beat(), this.#times.heartbeatMs);
  }

  stopHeartbeat(): void {
    clearInterval(this.#heart);
  }

  hold(message: ReceivedMessage): void {
    this.#messages.set(message.receiptHandle, message);
  }

  /** Renews no more: the message is deleted, or is to show up again when its visibility runs out. */
  letGo({ receiptHandle }: ReceivedMessage): void {
    this.#messages.delete(receiptHandle);
  }

  /** Makes all that is held visible to the others at once. */
  async handBackAll(): Promise<void> {
    const messages = [...this.#messages.values()];
    this.#messages.clear();
    await this.#setVisibility(messages, 0);
  }

  /** Makes messages that are not held visible to the others at once. */
  async handBack(messages: readonly ReceivedMessage[]): Promise<void> {
    await this.#setVisibility(messages, 0);
  }

  async #beat(): Promise<void> {
    const messages = [...this.#messages.values()];
    const refused = await this.#setVisibility(messages, this.#times.visibilitySeconds);
    // One that was deleted in the meantime is refused, too, and the word of its deletion may be on its way.
    if (refused.size > 0) setTimeout(() => this.#tellOfLost(messages, refused), DELETION_TOLD_MS).unref();
  }

  #tellOfLost(messages: readonly ReceivedMessage[], refused: ReadonlyMap<string, Error>): void {
    const lost = messages.filter(
      ({ receiptHandle }) => refused.has(receiptHandle) && this.#messages.has(receiptHandle),
    );
    const [first] = lost;
    if (first)
      log.warn('messages slipped away', { requestIds: idsOf(lost), error: refused.get(first.receiptHandle) });
  }

  async #setVisibility(
    messages: readonly ReceivedMessage[],
    seconds: number,
  ): Promise<ReadonlyMap<string, Error>> {
    if (messages.length === 0) return new Map();
    try {
      const handles = messages.map(({ receiptHandle }) => receiptHandle);
      return await this.#queue.setVisibility(handles, seconds);
    } catch (error) {
      log.warn('visibility not changed', { seconds, requestIds: idsOf(messages), error });
      return new Map();
    }
  }
}

const idsOf = (messages: readonly ReceivedMessage[]) =>
  messages.map(({ body, messageId }) => requestIdIn(body) ?? messageId);
