import { log } from '../shared/log.ts';
import type { Consumer } from './consume.ts';
import { pause } from './pause.ts';
import type { Presence } from './presence.ts';
import type { SelfTags } from './self-tags.ts';
import type { TerminateQueue } from './terminate-queue.ts';
import type { TerminateOrder, TerminateWatch } from './terminate-watch.ts';

/** Time that the last tags get, in ms. */
const TAGS_MS = 2_000;

/** What has a part in leaving. */
export interface Leaving {
  consumer: Pick<Consumer, 'drain' | 'stop'>;
  watch: Pick<TerminateWatch, 'stop'>;
  presence: Pick<Presence, 'draining' | 'stop'>;
  tags: Pick<SelfTags, 'settled' | 'stop'>;
  terminateQueue: Pick<TerminateQueue, 'delete'>;
}

/**
 * How a worker leaves. There are two ways:
 *
 * - *graceful*: it tags itself `draining`, receives no more, and finishes what it holds. So it goes on a terminate
 *   message, without a limit, since each job has its deadline; and on a first signal, for a limited time.
 * - *forceful*: it hands back what it holds, at once, for other workers. So it goes on a second signal, and when the
 *   time of the first is over.
 */
export class Drain {
  readonly #parts: Leaving;
  #way: 'graceful' | 'forceful' | undefined;
  #order: TerminateOrder | undefined;
  #limit: NodeJS.Timeout | undefined;

  constructor(parts: Leaving) {
    this.#parts = parts;
  }

  /** Follows a terminate message. */
  follow(order: TerminateOrder): void {
    this.#order = order;
    this.#leave('terminate message');
  }

  /** Answers SIGTERM or SIGINT. @param limitMs for the graceful way, in ms */
  onSignal(signal: NodeJS.Signals, limitMs: number): void {
    if (this.#limit) {
      this.#force(`second signal, ${signal}`);
      return;
    }
    this.#limit = setTimeout(() => this.#force(`${limitMs} ms are over`), limitMs);
    this.#leave(signal);
  }

  /** The last steps, once nothing is held any more. */
  async finish(): Promise<'graceful' | 'forceful'> {
    const { presence, tags, terminateQueue } = this.#parts;
    clearTimeout(this.#limit);
    presence.stop();
    // Left where it is, it would be dropped as too old by the next who reads it.
    if (this.#order)
      await terminateQueue.delete(this.#order.receiptHandle).catch((error: unknown) => {
        log.warn('terminate message not deleted', { error });
      });
    const patience = new AbortController();
    await Promise.race([tags.settled(), pause(TAGS_MS, patience.signal)]);
    patience.abort();
    tags.stop();
    return this.#way ?? 'graceful';
  }

  #leave(reason: string): void {
    if (this.#way) return;
    this.#way = 'graceful';
    log.info('draining', { reason });
    this.#parts.watch.stop();
    this.#parts.presence.draining(this.#order?.id);
    this.#parts.consumer.drain();
  }

  #force(reason: string): void {
    this.#way = 'forceful';
    log.warn('stopping', { reason });
    this.#parts.consumer.stop();
  }
}
