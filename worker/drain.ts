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
  presence: Pick<Presence, 'draining' | 'parking' | 'stop'>;
  tags: Pick<SelfTags, 'settled' | 'stop'>;
  terminateQueue: Pick<TerminateQueue, 'delete'>;
  /** How long a parked worker waits for its machine to be stopped, in ms. */
  parkingMs: number;
}

/**
 * How a worker leaves: it tags itself `draining`, receives no more, finishes what it holds, and is gone. There are two
 * ways.
 *
 * - *graceful*: all that it holds is finished. So it goes on a terminate message and at the end of its life, without a
 *   limit, since each job has its deadline; on a first signal and on a Spot notice, as long as their time lasts.
 * - *forceful*: it hands back what it holds, at once, for other workers. So it goes when such a time is over, and on a
 *   second signal.
 *
 * A worker that is told to *park* does not end its machine once it is drained: it tags itself `parking`, and waits to be
 * stopped for the warm pool. Stopping brings a signal. If nothing comes, it leaves like the others.
 */
export class Drain {
  readonly #parts: Leaving;
  readonly #unpark = new AbortController();
  #way: 'graceful' | 'forceful' | undefined;
  #order: TerminateOrder | undefined;
  #signalled = false;
  #limits: NodeJS.Timeout[] = [];

  constructor(parts: Leaving) {
    this.#parts = parts;
  }

  /** Follows a terminate message. */
  follow(order: TerminateOrder): void {
    this.#order = order;
    this.#leave('terminate message');
  }

  /** The worker is as old as it may become. */
  retire(): void {
    this.#unpark.abort();
    this.#leave('end of its life');
  }

  /** EC2 takes the machine back. @param limitMs for the graceful way, in ms */
  onSpotNotice(limitMs: number): void {
    this.#limit(limitMs);
    this.#leave('Spot notice');
  }

  /** Answers SIGTERM or SIGINT. @param limitMs for the graceful way, in ms */
  onSignal(signal: NodeJS.Signals, limitMs: number): void {
    if (this.#signalled) {
      this.#force(`second signal, ${signal}`);
      return;
    }
    this.#signalled = true;
    this.#limit(limitMs);
    this.#leave(signal);
  }

  /** The last steps, once nothing is held any more. */
  async finish(): Promise<'graceful' | 'forceful'> {
    const { presence, tags, terminateQueue } = this.#parts;
    for (const limit of this.#limits) clearTimeout(limit);
    // Left where it is, it would be dropped as too old by the next who reads it.
    if (this.#order)
      await terminateQueue.delete(this.#order.receiptHandle).catch((error: unknown) => {
        log.warn('terminate message not deleted', { error });
      });
    if (this.#order?.park && this.#way === 'graceful') await this.#park();
    presence.stop();
    const patience = new AbortController();
    await Promise.race([tags.settled(), pause(TAGS_MS, patience.signal)]);
    patience.abort();
    tags.stop();
    return this.#way ?? 'graceful';
  }

  async #park(): Promise<void> {
    const { presence, parkingMs } = this.#parts;
    const { signal } = this.#unpark;
    if (signal.aborted) return;
    presence.parking();
    await pause(parkingMs, signal);
    if (signal.aborted) return;
    log.warn('nobody stopped the parked machine', { afterMs: parkingMs });
    presence.draining(this.#order?.id);
  }

  /** After `ms` what is still held is handed back. Of several such times the first counts. */
  #limit(ms: number): void {
    this.#unpark.abort();
    this.#limits.push(setTimeout(() => this.#force(`${ms} ms are over`), ms));
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
