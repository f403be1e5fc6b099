import { log } from '../shared/log.ts';
import { SERVICE_BACKOFF, waitBackoff } from './backoff.ts';
import { patienceOf } from './gathering.ts';
import { HeldMessages } from './held-messages.ts';
import { MAX_RECEIVE, roomFor } from './prefetch.ts';
import { type ReceivedMessage, requestIdIn } from './received-message.ts';
import type { RequestQueue } from './request-queue.ts';
import type { Times } from './times.ts';

/*
 * A message's life in this worker
 *
 *   received ──▶ working ──▶ settling ──▶ deleted
 *                  ▲│            │
 *          waiting ◀┘└───────────┴──────▶ let go
 *
 *   working   It holds one of the worker's slots: it is looked up, downloaded, decoded, classified.
 *   waiting   It gave its slot up for as long as the model that it is for is being loaded; other jobs are worked on.
 *   settling  Its outcome is known and its slot is free; the outcome is stored, sent, and the message deleted, in
 *             that order.
 *   let go    Its time was up before a service of ours answered, or the worker was stopped: it shows up again when
 *             its visibility runs out, and whoever receives it then looks it up first.
 *   From `received` to either end it is *held*: the heartbeat renews its visibility.
 *
 * The consumer's states
 *
 *   taking ◀──▶ troubled
 *      └────┬──────┘
 *           ▼
 *       draining ──▶ empty (run() resolves)
 *           │
 *           ▼
 *        stopped  (run() resolves)
 *
 *   taking    One receive at a time is open, for as many messages as there are free slots. None is open while
 *             there are none.
 *   troubled  At least one held message waits for a service of ours that failed. No receive is open, and an open one
 *             is aborted: what this worker cannot finish, another may. It takes again when the last trouble is over.
 *   draining  drain(): the open receive is aborted, no other follows, what is held is finished. What a receive
 *             brings all the same, because it was faster than its abortion, is handed back.
 *   stopped   stop(): what is held is handed back at once (visibility 0), and its work is abandoned.
 */

/** How long free slots wait while there is a message for every thread, in ms: little beside the time of a job. */
const GATHER_MS = 10;

/** What the consumer gives to the one who handles a message. */
export interface Handling {
  /** Holds no slot while this lasts: from `working` to `waiting` and back. */
  aside<T>(wait: () => Promise<T>): Promise<T>;
  /** The outcome is known: from `working` to `settling`. */
  settle(): void;
  /** A service of ours fails; call what is given back when it answers again or is given up. */
  trouble(): () => void;
  /** Aborts when the consumer is stopped: nothing is to be stored or sent any more. */
  readonly signal: AbortSignal;
}

export interface ConsumerOptions {
  queue: RequestQueue;
  /** Messages that can be inferred at once. */
  threads: number;
  /** Messages worked on at once; may change. */
  slots(): number;
  times: Pick<Times, 'heartbeatMs' | 'visibilitySeconds'>;
  /** Does everything with a message up to its deletion. Where it ends without, the message is let go. */
  handle(message: ReceivedMessage, handling: Handling): Promise<void>;
  /** Called when the first message is held, and again when none is. */
  onBusy(): void;
  onIdle(): void;
  /**
   * Called at the end of each message.
   * @param settledMs that its settling took, in ms, without what it waited for others; undefined where it was let go before
   */
  onFinished(settledMs: number | undefined): void;
}

/** Receives requests and keeps them until they are handled. */
export class Consumer {
  readonly #options: ConsumerOptions;
  readonly #held: HeldMessages;
  readonly #stopping = new AbortController();
  #state: 'taking' | 'draining' | 'stopped' = 'taking';
  #working = 0;
  #troubles = 0;
  /** How long a free slot waits for others beside that, in ms: where the last messages had waited, so have the next. */
  #patienceMs = 0;
  #receive: AbortController | undefined;
  #wake: (() => void) | undefined;

  constructor(options: ConsumerOptions) {
    this.#options = options;
    this.#held = new HeldMessages(options.queue, options.times);
  }

  /** Consumes until it is drained or stopped; call it once. Does not reject: failures to receive are tried again. */
  async run(): Promise<void> {
    this.#held.startHeartbeat();
    this.#options.onIdle();
    for (let failures = 0; this.#state === 'taking'; ) {
      try {
        await this.#until(() => this.#state !== 'taking' || this.#room() > 0);
        await this.#gatherRoom();
        await this.#receiveSome();
        failures = 0;
      } catch (error) {
        log.warn('receiving failed', { error });
        await waitBackoff(++failures, SERVICE_BACKOFF, this.#stopping.signal);
      }
    }
    await this.#until(() => this.#state === 'stopped' || this.#held.size === 0);
    this.#held.stopHeartbeat();
    await this.#held.handBackAll();
  }

  /** Takes nothing more; `run` resolves when all that is held is done. */
  drain(): void {
    if (this.#state === 'taking') this.#state = 'draining';
    this.#receive?.abort();
    this.#changed();
  }

  /** Abandons what is held; `run` resolves when it is handed back. */
  stop(): void {
    this.#state = 'stopped';
    this.#stopping.abort();
    this.#receive?.abort();
    this.#changed();
  }

  #room(): number {
    if (this.#troubles > 0) return 0;
    return roomFor({ slots: this.#options.slots(), working: this.#working, held: this.#held.size });
  }

  async #receiveSome(): Promise<void> {
    const room = this.#room();
    if (this.#state !== 'taking' || room === 0) return;
    const receive = new AbortController();
    this.#receive = receive;
    try {
      const messages = await this.#options.queue.receive(room, receive.signal);
      this.#patienceMs = Math.max(0, ...messages.map(patienceOf));
      if (this.#state !== 'taking') await this.#held.handBack(messages);
      else for (const message of messages) void this.#handle(message);
    } catch (error) {
      if (!receive.signal.aborted) throw error;
    } finally {
      this.#receive = undefined;
    }
  }

  async #handle(message: ReceivedMessage): Promise<void> {
    this.#held.hold(message);
    if (this.#held.size === 1) this.#options.onBusy();
    this.#working++;
    let settledAt: number | undefined;
    const settle = () => {
      if (settledAt !== undefined) return;
      settledAt = performance.now();
      this.#working--;
      this.#changed();
    };
    const aside = async <T>(wait: () => Promise<T>): Promise<T> => {
      this.#working--;
      this.#changed();
      return wait().finally(() => this.#working++);
    };
    const { signal } = this.#stopping;
    const trouble = () => this.#trouble();
    try {
      await this.#options.handle(message, { aside, settle, trouble, signal });
    } catch (error) {
      const { messageId, body } = message;
      log.error('message let go', { requestId: requestIdIn(body), messageId, error });
    }
    const settledMs = settledAt && Math.max(0, performance.now() - settledAt - patienceOf(message));
    settle();
    this.#held.letGo(message);
    this.#options.onFinished(settledMs);
    if (this.#held.size === 0) this.#options.onIdle();
    this.#changed();
  }

  #trouble(): () => void {
    if (this.#troubles++ === 0) this.#receive?.abort();
    let over = false;
    return () => {
      if (!over) this.#troubles--;
      over = true;
      this.#changed();
    };
  }

  /**
   * Waits a moment, so that a worker makes fewer and fuller calls, as long as it has a message for every thread: first in any
   * case, then for half of the slots to be free, or as many as a call brings messages.
   */
  async #gatherRoom(): Promise<void> {
    const threadIsFree = () => this.#working < this.#options.threads;
    const fills = () => this.#room() >= Math.min(MAX_RECEIVE, this.#options.slots() / 2);
    await this.#forAtMost(GATHER_MS, threadIsFree);
    await this.#forAtMost(this.#patienceMs, () => threadIsFree() || fills());
  }

  async #forAtMost(ms: number, condition: () => boolean): Promise<void> {
    if (ms <= 0) return;
    let over = false;
    const patience = setTimeout(() => {
      over = true;
      this.#changed();
    }, ms);
    await this.#until(() => over || this.#state !== 'taking' || condition());
    clearTimeout(patience);
  }

  /** Only `run` waits here, for one thing after another. */
  async #until(condition: () => boolean): Promise<void> {
    while (!condition()) {
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
  }

  #changed(): void {
    this.#wake?.();
  }
}
