import { backoffMs } from './backoff.ts';
import { type CloudError, errorOf } from './errors.ts';
import type { Accepted, Failure, Result } from './messages.ts';
import { madeAt } from './request-id.ts';

/** What is asked of the service. */
export interface Ask {
  imageUrl: string;
  topK?: number | undefined;
  minConfidence?: number | undefined;
  model?: string | undefined;
}

export interface JobOptions {
  /** `performance.now()` at which the caller wants to wait no longer. */
  until: number;
  /** And at which what failed is not tried again. */
  retryUntil?: number | undefined;
  settle(outcome: Result | CloudError): void;
  onAccepted?: ((accepted: Accepted) => void) | undefined;
}

/** The service takes a client's id for 60 s; the rest is for the way there. */
const TAKEN_FOR_MS = 50_000;
/** After its deadline, 120 s after its id was made, a request always has an outcome; a little later it is asked for. */
const RESUME_AFTER_MS = 125_000;
/** In which an answer to a message is expected, and it is sent again. */
const ANSWER_MS = 10_000;
/** The service refuses an id itself, not the request: so often another one is tried. */
const ID_TRIES = 3;

/**
 * A request under way, in one of these states:
 * - without `requestId`: to be sent, not before `dueAt`;
 * - with one, not `accepted`: sent, and sent again at `dueAt` under the same id while the service takes it;
 * - `accepted`: its outcome will be pushed; at `dueAt`, after its deadline, it is asked for.
 *
 * One without `ask` is known by its id alone, from an earlier life: it can be resumed, and not be sent again.
 */
export class Job {
  readonly ask: Ask | undefined;
  readonly options: JobOptions;
  requestId: string | undefined;
  accepted = false;
  /** By `performance.now()`. */
  dueAt = 0;
  /** Ends what is under way for it over HTTP. */
  readonly ended = new AbortController();
  #tries = 0;
  #etaAt = 0;
  lastId: string | undefined;
  lastError: CloudError | undefined;

  constructor(ask: Ask | undefined, options: JobOptions) {
    this.ask = ask;
    this.options = options;
  }

  /** Whether it can be sent, again too, under the id it has. */
  mayBeSent(serverNow: number): boolean {
    if (this.accepted || this.ask === undefined) return false;
    return this.requestId === undefined || serverNow - madeAt(this.requestId) < TAKEN_FOR_MS;
  }

  sent(requestId: string): void {
    this.requestId = this.lastId = requestId;
    this.dueAt = performance.now() + ANSWER_MS;
  }

  accept(accepted: Accepted, serverNow: number): void {
    this.accepted = true;
    this.#etaAt = performance.now() + (accepted.etaMs ?? 0);
    this.dueAt = this.#afterDeadline(serverNow);
    this.options.onAccepted?.(accepted);
  }

  /** Its outcome was asked for: if there is none yet, it will be pushed. */
  resumed(serverNow: number): void {
    const now = performance.now();
    this.dueAt = Math.max(now + ANSWER_MS, this.#afterDeadline(serverNow));
    if (this.ask === undefined || !this.accepted) return;
    // A service that was started anew knows nothing of it, and gives no sign of that: where nothing comes when it
    // should have, the request is sent again, under the same id, which a service that knows it does not do twice.
    this.accepted = false;
    this.dueAt = Math.min(this.dueAt, Math.max(now + ANSWER_MS, this.#etaAt + ANSWER_MS));
  }

  /** Whether it is to be tried again under a new id, at `dueAt`, and not to end with this error. */
  mayRetry({ error }: Failure, now = performance.now()): boolean {
    if (this.ask === undefined) return false;
    const ofItsId =
      error.code === 'CONFLICT' || (error.code === 'INVALID_MESSAGE' && /^requestId/.test(error.message));
    if (!error.retryable && !(ofItsId && this.#tries < ID_TRIES)) return false;
    const dueAt = now + Math.max(error.retryAfterMs ?? 0, backoffMs(this.#tries++));
    const { until, retryUntil = until } = this.options;
    if (dueAt >= Math.min(until, retryUntil)) return false;
    this.lastError = this.errorFrom({ type: 'error', error });
    this.requestId = undefined;
    this.accepted = false;
    this.dueAt = dueAt;
    return true;
  }

  /** The service may have failed at its last message. Where it was resumed, its outcome is still to be asked for. */
  hasten(at: number): void {
    this.dueAt = Math.min(this.dueAt, at);
  }

  /** After a call that failed and says nothing of it. */
  backOff(leastMs = 0): void {
    this.dueAt = performance.now() + Math.max(leastMs, backoffMs(this.#tries++));
  }

  errorFrom({ error }: Failure, cause?: unknown): CloudError {
    return errorOf(error, { requestId: this.lastId, imageUrl: this.ask?.imageUrl, cause });
  }

  #afterDeadline(serverNow: number): number {
    const leftMs = this.requestId === undefined ? 0 : madeAt(this.requestId) + RESUME_AFTER_MS - serverNow;
    return performance.now() + leftMs;
  }
}
