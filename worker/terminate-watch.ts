import { log } from '../shared/log.ts';
import { SERVICE_BACKOFF, waitBackoff } from './backoff.ts';
import { pause } from './pause.ts';
import type { TerminateQueue } from './terminate-queue.ts';
import { verdictOn } from './terminate-verdict.ts';
import type { Times } from './times.ts';

/** After handing a message back, in ms: the older worker that it is meant for is to be faster. */
const HAND_BACK_PAUSE_MS = 1_000;

/** A terminate message that this worker follows. */
export interface TerminateOrder {
  id: string;
  receiptHandle: string;
  /** Whether to wait, once drained, for the machine to be stopped. */
  park: boolean;
}

export interface TerminateWatchOptions {
  queue: TerminateQueue;
  /** Jobs after which a busy worker looks (TERMINATE_CHECK_EVERY). */
  checkEvery: number;
  ownVersion: number | undefined;
  times: Pick<Times, 'idleAfterMs' | 'longPollSeconds' | 'terminateFreshMs'>;
  /** Called once. */
  onOrder(order: TerminateOrder): void;
}

/**
 * Watches for a terminate message. The workers compete for them: an idle one waits at the queue all the time, a busy
 * one looks now and then, so that idle ones go first.
 */
export class TerminateWatch {
  readonly #options: TerminateWatchOptions;
  readonly #stopping = new AbortController();
  #idle: AbortController | undefined;
  #looking = false;
  #jobs = 0;

  constructor(options: TerminateWatchOptions) {
    this.#options = options;
  }

  onIdle(): void {
    if (this.#stopping.signal.aborted || this.#idle) return;
    this.#idle = new AbortController();
    void this.#watch(this.#idle.signal);
  }

  onBusy(): void {
    this.#idle?.abort();
    this.#idle = undefined;
  }

  onFinished(): void {
    const due = ++this.#jobs % this.#options.checkEvery === 0;
    if (due && !this.#looking && !this.#stopping.signal.aborted) void this.#look();
  }

  stop(): void {
    this.#stopping.abort();
    this.onBusy();
  }

  /** `idle` aborts when a job comes. */
  async #watch(idle: AbortSignal): Promise<void> {
    const { idleAfterMs, longPollSeconds } = this.#options.times;
    // A gap between two jobs is not idleness, and an aborted poll costs a connection.
    await pause(idleAfterMs, idle);
    for (let failures = 0; !idle.aborted; ) {
      try {
        await this.#poll(longPollSeconds, idle);
        failures = 0;
      } catch (error) {
        if (idle.aborted) return;
        log.warn('looking for a terminate message failed', { error });
        await waitBackoff(++failures, SERVICE_BACKOFF, idle);
      }
    }
  }

  async #look(): Promise<void> {
    this.#looking = true;
    const { signal } = this.#stopping;
    try {
      await this.#poll(0, signal);
    } catch (error) {
      if (!signal.aborted) log.warn('looking for a terminate message failed', { error });
    } finally {
      this.#looking = false;
    }
  }

  /** Looks once. An order that arrives when `signal` has aborted was asked for by another state: it is handed back. */
  async #poll(waitSeconds: number, signal: AbortSignal): Promise<void> {
    const { queue, times, ownVersion } = this.#options;
    const received = await queue.receive(waitSeconds, signal);
    if (!received) return;
    const { receiptHandle } = received;
    const verdict = verdictOn(received, { now: Date.now(), freshMs: times.terminateFreshMs, ownVersion });
    if (verdict.kind === 'drop') {
      await queue.delete(receiptHandle);
    } else if (verdict.kind === 'hand-back' || signal.aborted) {
      await queue.handBack(receiptHandle);
      await pause(HAND_BACK_PAUSE_MS, signal);
    } else {
      this.stop();
      const { id, park = false } = verdict.message;
      this.#options.onOrder({ id, receiptHandle, park });
    }
  }
}
