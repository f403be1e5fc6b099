import { backoffMs } from './backoff.ts';
import { type CloudError, errorOf } from './errors.ts';
import type { Accepted, ErrorBody, Result } from './messages.ts';
import type { AskOptions } from './options.ts';
import { madeAt } from './request-id.ts';

/** What is asked of the service. */
export interface Ask extends AskOptions {
  imageUrl: string;
}

export interface JobOptions {
  /** `performance.now()` at which the caller wants to wait no longer. */
  until: number;
  /** And at which what failed is not tried again. */
  retryUntil?: number | undefined;
  settle(outcome: Result | CloudError): void;
  onAccepted?: ((accepted: Accepted) => void) | undefined;
}

export const NEVER = Number.POSITIVE_INFINITY;
/** The service takes a client's id for 60 s; the rest is for the way there. */
const TAKEN_FOR_MS = 50_000;
/** After its deadline, 120 s after its id was made, a request always has an outcome; a little later it is asked for. */
const RESUME_AFTER_MS = 125_000;
/** In which an answer to a message is expected, and it is sent again. */
const ANSWER_MS = 10_000;
/** In which one that was cut off may still be answered: if it had arrived, to send it again would be twice the work. */
const CUT_OFF_MS = 3_000;
/** So often another id is tried where it is the id that the service refuses, or the image's host that fails. */
const TRIES = 4;

/**
 * A request under way, in one of these states:
 * - without `requestId`: to be sent, not before `dueAt`;
 * - with one, not accepted: sent, and sent again at `dueAt` under the same id, while the service takes it;
 * - accepted: its outcome will be pushed; at `dueAt`, after its deadline, it is asked for.
 *
 * One without `ask` is known by its id alone, from an earlier life: it can be resumed, and not be sent again.
 */
export class Job {
  readonly ask: Ask | undefined;
  readonly options: JobOptions;
  requestId: string | undefined;
  /** Of the last try. */
  lastId: string | undefined;
  /** What the last try but this one ended with. */
  lastError: CloudError | undefined;
  /** By `performance.now()`. */
  dueAt = 0;
  /** Ends what is under way for it over HTTP, where something is. */
  ended: AbortController | undefined;
  #isAccepted = false;
  #etaAt = 0;
  /** Before that it is not sent again, but resumed; `Infinity` where it was accepted on the present connection. */
  #resendAt = NEVER;
  #tries = 0;

  constructor(ask: Ask | undefined, options: JobOptions) {
    this.ask = ask;
    this.options = options;
  }

  /** Whether it can be sent, again too, under the id it has. */
  mayBeSent(serverNow: number): boolean {
    if (this.ask === undefined) return false;
    if (this.requestId === undefined) return true;
    return performance.now() >= this.#resendAt && serverNow - madeAt(this.requestId) < TAKEN_FOR_MS;
  }

  sent(requestId: string): void {
    const now = performance.now();
    this.requestId = this.lastId = requestId;
    this.#resendAt = now + CUT_OFF_MS;
    this.dueAt = now + ANSWER_MS;
  }

  accepted(message: Accepted, serverNow: number): void {
    this.#isAccepted = true;
    this.#etaAt = performance.now() + (message.etaMs ?? 0);
    this.#resendAt = NEVER;
    this.dueAt = this.#afterDeadline(serverNow);
    this.options.onAccepted?.(message);
  }

  /**
   * Its outcome was asked for: if there is none yet, it will be pushed. But a service that was started anew knows nothing
   * of it, and gives no sign of that: where nothing comes when it should have, it is sent again, under the same id.
   */
  resumed(serverNow: number): void {
    const now = performance.now();
    const late = this.#afterDeadline(serverNow);
    if (this.#isAccepted) this.#resendAt = ANSWER_MS + Math.max(now, this.#etaAt);
    const isTakenThen = late - this.#resendAt > RESUME_AFTER_MS - TAKEN_FOR_MS;
    this.dueAt = this.ask && isTakenThen ? this.#resendAt : Math.max(now + ANSWER_MS, late);
  }

  /** The service failed at some message, which may be the last one of this. */
  hasten(at: number): void {
    if (!this.#isAccepted || this.#resendAt < NEVER) this.dueAt = Math.min(this.dueAt, at);
  }

  /** Nothing was learnt of it: it is tried again after a pause, of at least so many ms. */
  backOff(leastMs = 0): void {
    this.dueAt = performance.now() + Math.max(leastMs, backoffMs(this.#tries++));
  }

  /** Whether it is to be tried again under a new id, at `dueAt`, and not to end with this error. */
  mayRetry(error: ErrorBody): boolean {
    const { code, message, retryable, retryAfterMs } = error;
    // The service says that of an id, and not of the request.
    const refusedId = code === 'CONFLICT' || (code === 'INVALID_MESSAGE' && /^requestId/.test(message));
    const isBounded = refusedId || code === 'DOWNLOAD_FAILED';
    if (!this.ask || !(retryable || refusedId) || (isBounded && this.#tries >= TRIES - 1)) return false;
    this.backOff(retryAfterMs);
    const { until, retryUntil = until } = this.options;
    if (this.dueAt >= Math.min(until, retryUntil)) return false;
    this.lastError = this.errorFrom(error);
    this.requestId = undefined;
    this.#isAccepted = false;
    return true;
  }

  errorFrom(error: ErrorBody): CloudError {
    return errorOf(error, { requestId: this.lastId, imageUrl: this.ask?.imageUrl });
  }

  #afterDeadline(serverNow: number): number {
    return performance.now() + madeAt(this.requestId ?? '') + RESUME_AFTER_MS - serverNow;
  }
}
