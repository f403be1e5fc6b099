import type { ServerClock } from './clock.ts';
import type { CloudError } from './errors.ts';
import { CallFailed, type Http } from './http.ts';
import { type Ask, Job, type JobOptions, NEVER } from './job.ts';
import type { ErrorBody, Result, ServerMessage } from './messages.ts';
import { newRequestId } from './request-id.ts';

export interface WorkOptions {
  clock: ServerClock;
  maxInFlight: number;
  /** Sends a message over the socket, where there is one. */
  send(message: object): void;
  /** How requests go out just now: `resuming` over a socket, before the server's time is known and ids can be made. */
  way(): 'socket' | 'resuming' | Http | undefined;
  /** The service refused the key. */
  onUnauthorized(): void;
  /** Why there is no connection, where there is none. */
  connectionError(): CloudError | undefined;
}

/** `resume` takes so many ids. */
const MAX_RESUME = 100;
/** Calls at once without a socket: browsers open six connections to a host. */
const MAX_CALLS = 6;
const CHECK_MS = 1_000;
const HASTE_MS = 1_000;
const RESUMED_AGAIN: ErrorBody = { code: 'CONFLICT', message: 'It was resumed once more.', retryable: false };
const LATE: ErrorBody = {
  code: 'TIMEOUT',
  message: 'No answer came in time. Its requestId can be resumed.',
  retryable: true,
};

/** All that is asked for and not answered yet, and what is to be done for it next. */
export class Work {
  readonly #options: WorkOptions;
  /** To be sent, in this order. */
  readonly #waiting = new Set<Job>();
  /** Sent, by their ids. */
  readonly #underWay = new Map<string, Job>();
  #calls = 0;
  #check: ReturnType<typeof setInterval> | undefined;
  #going = false;

  constructor(options: WorkOptions) {
    this.#options = options;
  }

  get isEmpty(): boolean {
    return this.#waiting.size + this.#underWay.size === 0;
  }

  add(ask: Ask, options: JobOptions): Job {
    const job = new Job(ask, options);
    this.#waiting.add(job);
    this.goOn();
    return job;
  }

  /** Waits for a request of an earlier life. Who waits for it in this one already, waits no more. */
  resume(requestId: string, options: JobOptions): Job {
    const before = this.#underWay.get(requestId);
    if (before) this.#settle(before, before.errorFrom(RESUMED_AGAIN));
    const job = new Job(undefined, options);
    job.requestId = job.lastId = requestId;
    this.#underWay.set(requestId, job);
    this.goOn();
    return job;
  }

  /** Forgets a request; whatever still comes for it is dropped. */
  drop(job: Job): void {
    this.#waiting.delete(job);
    const { requestId = '' } = job;
    if (this.#underWay.get(requestId) === job) this.#underWay.delete(requestId);
    job.ended?.abort();
    this.goOn();
  }

  failAll(error: ErrorBody): void {
    for (const job of this.#all()) this.#settle(job, job.errorFrom(error));
  }

  /** Another connection is there: what is unanswered is asked for on it, at once. */
  reconnected(): void {
    for (const job of this.#underWay.values()) if (job.dueAt < NEVER) job.dueAt = 0;
    this.goOn();
  }

  /** Does whatever is due, once for all that is asked for in one go. */
  goOn(): void {
    this.#check ??= setInterval(() => this.#do(), CHECK_MS);
    if (!this.#going) queueMicrotask(() => this.#do());
    this.#going = true;
  }

  /** @param message `undefined` for one that is none of the service's own: it failed at a message, and tells not at which */
  receive(message: ServerMessage | undefined): void {
    if (message?.type === 'error' && message.error.code === 'UNAUTHORIZED') this.#options.onUnauthorized();
    else if (message?.type !== 'pong') {
      if (message?.requestId === undefined) this.#hasten();
      else this.#heard(message, this.#underWay.get(message.requestId));
    }
  }

  /** @param job `undefined` where it is answered already, or given up: all comes at least once */
  #heard(message: Exclude<ServerMessage, { type: 'pong' }>, job: Job | undefined): void {
    if (job === undefined) return;
    if (message.type === 'accepted') job.accepted(message, this.#options.clock.now());
    else if (message.type === 'error') this.#failed(job, message.error);
    else this.#settle(job, message);
  }

  #failed(job: Job, error: ErrorBody): void {
    const { requestId = '' } = job;
    if (!job.mayRetry(error)) {
      this.#settle(job, job.errorFrom(error));
      return;
    }
    this.#underWay.delete(requestId);
    this.#waiting.add(job);
  }

  #hasten(): void {
    const soon = performance.now() + HASTE_MS;
    for (const job of this.#underWay.values()) job.hasten(soon);
  }

  #settle(job: Job, outcome: Result | CloudError): void {
    this.drop(job);
    job.options.settle(outcome);
  }

  #do(): void {
    this.#going = false;
    const now = performance.now();
    for (const job of this.#all()) if (job.options.until <= now) this.#settle(job, this.#lateError(job));
    if (this.isEmpty) {
      clearInterval(this.#check);
      this.#check = undefined;
    }
    const due = [...this.#underWay.values()].filter(({ dueAt }) => dueAt <= now);
    const way = this.#options.way();
    if (typeof way === 'string') this.#send(due, way === 'socket');
    else if (way) for (const job of this.#next(due, MAX_CALLS - this.#calls)) void this.#call(job, way);
  }

  #send(due: readonly Job[], mayBegin: boolean): void {
    const { clock, maxInFlight, send } = this.#options;
    const now = clock.now();
    const toSend = due.filter((job) => job.mayBeSent(now));
    const toResume = due.filter((job) => !toSend.includes(job));
    for (let i = 0; i < toResume.length; i += MAX_RESUME) {
      const some = toResume.slice(i, i + MAX_RESUME);
      for (const job of some) job.resumed(now);
      send({ action: 'resume', requestIds: some.map(({ requestId }) => requestId) });
    }
    const room = mayBegin ? maxInFlight - this.#underWay.size : 0;
    for (const job of this.#next(toSend, toSend.length + Math.max(0, room)))
      send({ action: 'classify', ...job.ask, requestId: this.#begin(job) });
  }

  /** Up to `count` jobs: those, and then what waits. */
  #next(due: readonly Job[], count: number): Job[] {
    const taken = due.slice(0, Math.max(0, count));
    const now = performance.now();
    for (const job of this.#waiting) {
      if (taken.length >= count) break;
      if (job.dueAt <= now) taken.push(job);
    }
    return taken;
  }

  #begin(job: Job): string {
    const requestId = job.requestId ?? newRequestId(this.#options.clock.now());
    this.#waiting.delete(job);
    this.#underWay.set(requestId, job);
    job.sent(requestId);
    return requestId;
  }

  /** One request over HTTP, up to its outcome, or until it is to be sent again. */
  async #call(job: Job, http: Http): Promise<void> {
    const now = this.#options.clock.now();
    job.ended ??= new AbortController();
    const { signal } = job.ended;
    this.#calls++;
    try {
      const mayBeSent = job.mayBeSent(now);
      if (mayBeSent) this.#begin(job);
      else job.resumed(now);
      const { requestId = '' } = job;
      if (mayBeSent) this.receive(await http.submit({ ...job.ask, requestId }, signal));
      if (job.requestId === requestId && !signal.aborted) {
        const { dueAt } = job;
        job.dueAt = NEVER;
        this.receive(await http.outcome(requestId, dueAt - performance.now(), signal));
      }
    } catch (error) {
      if (!(error instanceof CallFailed)) throw error;
      job.backOff(error.retryAfterMs);
    }
    this.#calls--;
    this.goOn();
  }

  #lateError(job: Job): CloudError {
    return job.lastError ?? this.#options.connectionError() ?? job.errorFrom(LATE);
  }

  #all(): Job[] {
    return [...this.#waiting, ...this.#underWay.values()];
  }
}
