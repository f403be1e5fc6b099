import type { ServerClock } from './clock.ts';
import { type About, type CloudError, ownError } from './errors.ts';
import { CallFailed, type Http } from './http.ts';
import { type Ask, Job, type JobOptions } from './job.ts';
import type { Accepted, Failure, Result, ServerMessage } from './messages.ts';
import { newRequestId } from './request-id.ts';

/** How requests go out just now. */
export interface Way {
  kind: 'socket' | 'http';
  /** Whether new ids may be made: the server's time is known. */
  isReady: boolean;
}

export interface WorkOptions {
  clock: ServerClock;
  maxInFlight: number;
  http: Http | undefined;
  /** `undefined` while there is none. */
  way(): Way | undefined;
  send(message: object): void;
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

  /** Waits for a request of an earlier life. */
  resume(requestId: string, options: JobOptions): Job {
    const job = new Job(undefined, options);
    job.requestId = job.lastId = requestId;
    this.#underWay.set(requestId, job);
    this.goOn();
    return job;
  }

  /** Forgets a request; whatever still comes for it is dropped. */
  drop(job: Job): void {
    this.#waiting.delete(job);
    if (job.requestId !== undefined && this.#underWay.get(job.requestId) === job)
      this.#underWay.delete(job.requestId);
    job.ended.abort();
    this.goOn();
  }

  failAll(errorFor: (about: About) => CloudError): void {
    for (const job of [...this.#waiting, ...this.#underWay.values()])
      this.#settle(job, errorFor(aboutOf(job)));
  }

  /** Another connection is there: what is unanswered is asked for on it, at once. */
  reconnected(): void {
    for (const job of this.#underWay.values()) if (job.dueAt !== Number.POSITIVE_INFINITY) job.dueAt = 0;
    this.goOn();
  }

  /** Does whatever is due, soon: once for all that is asked for in one go. */
  goOn(): void {
    this.#check ??= setInterval(() => this.#do(), CHECK_MS);
    if (this.#going) return;
    this.#going = true;
    queueMicrotask(() => this.#do());
  }
  #do(): void {
    this.#going = false;
    this.#giveUpLate();
    if (this.isEmpty) {
      clearInterval(this.#check);
      this.#check = undefined;
      return;
    }
    const way = this.#options.way();
    if (way === undefined) return;
    const now = performance.now();
    const due = [...this.#underWay.values()].filter(({ dueAt }) => dueAt <= now);
    if (way.kind === 'socket') this.#bySocket(due, way);
    else this.#byCalls(due, now);
  }

  #bySocket(due: readonly Job[], { isReady }: Way): void {
    const { clock, maxInFlight, send } = this.#options;
    const now = clock.now();
    const toResume = due.filter((job) => !job.mayBeSent(now));
    for (let i = 0; i < toResume.length; i += MAX_RESUME) {
      const some = toResume.slice(i, i + MAX_RESUME);
      for (const job of some) job.resumed(now);
      send({ action: 'resume', requestIds: some.map(({ requestId }) => requestId) });
    }
    const toSend = due.filter((job) => job.mayBeSent(now) && !toResume.includes(job));
    if (isReady) toSend.push(...this.#next(maxInFlight - this.#underWay.size));
    for (const job of toSend) send({ action: 'classify', ...job.ask, requestId: this.#idFor(job) });
  }

  #byCalls(due: readonly Job[], now: number): void {
    const free = () => MAX_CALLS - this.#calls;
    for (const job of [...due.slice(0, free())]) void this.#call(job);
    for (const job of this.#next(free(), now)) void this.#call(job);
  }

  /** Takes up to `count` jobs that may begin. */
  #next(count: number, now = performance.now()): Job[] {
    const taken: Job[] = [];
    for (const job of this.#waiting) {
      if (taken.length >= count) break;
      if (job.dueAt <= now) taken.push(job);
    }
    for (const job of taken) this.#waiting.delete(job);
    return taken;
  }

  #idFor(job: Job): string {
    const requestId = job.requestId ?? newRequestId(this.#options.clock.now());
    job.sent(requestId);
    this.#underWay.set(requestId, job);
    return requestId;
  }

  /** One request over HTTP, up to its outcome. */
  async #call(job: Job): Promise<void> {
    const { http, clock } = this.#options;
    if (http === undefined) return;
    const send = job.mayBeSent(clock.now());
    const requestId = this.#idFor(job);
    job.dueAt = Number.POSITIVE_INFINITY;
    this.#calls++;
    try {
      const { signal } = job.ended;
      const first = send ? await http.submit({ ...job.ask, requestId }, signal) : undefined;
      if (first) this.receive(first);
      if (job.requestId === requestId && !signal.aborted) {
        job.dueAt = Number.POSITIVE_INFINITY;
        this.receive(await http.outcome(requestId, signal));
      }
    } catch (error) {
      if (!(error instanceof CallFailed)) throw error;
      job.backOff(error.retryAfterMs);
    } finally {
      this.#calls--;
      this.goOn();
    }
  }

  /** @param message `undefined` for one that is none of the service's own: a failure, of nobody knows what */
  receive(message: ServerMessage | undefined): void {
    if (message?.type === 'pong') return;
    if (message?.type === 'error' && message.error.code === 'UNAUTHORIZED') this.#options.onUnauthorized();
    else if (message?.requestId === undefined) this.#hasten();
    else {
      // One that is not found is answered already, or given up: all comes at least once.
      const job = this.#underWay.get(message.requestId);
      if (job) this.#heard(job, message);
    }
  }

  #heard(job: Job, message: Accepted | Result | Failure): void {
    if (message.type === 'accepted') job.accept(message, this.#options.clock.now());
    else if (message.type === 'result' || !job.mayRetry(message)) this.#settle(job, message);
    else this.#again(job);
  }

  /** Under a new id, when its time has come. */
  #again(job: Job): void {
    this.#underWay.delete(job.lastId ?? '');
    this.#waiting.add(job);
    this.goOn();
  }

  /** The service failed at some message, and said not at which: all that may be it are asked again in a moment. */
  #hasten(): void {
    const soon = performance.now() + HASTE_MS;
    for (const job of this.#underWay.values()) if (!job.accepted && job.dueAt > soon) job.hasten(soon);
  }

  #settle(job: Job, outcome: Result | Failure | CloudError): void {
    this.drop(job);
    job.options.settle('type' in outcome && outcome.type === 'error' ? job.errorFrom(outcome) : outcome);
  }

  #giveUpLate(): void {
    const now = performance.now();
    const late = [...this.#waiting, ...this.#underWay.values()].filter(({ options }) => options.until <= now);
    for (const job of late) this.#settle(job, this.#lateError(job));
  }

  #lateError(job: Job): CloudError {
    const why = job.lastError ?? this.#options.connectionError();
    return (
      why ??
      ownError(
        'TIMEOUT',
        'No answer came in the time that was allowed. Its requestId can be resumed.',
        true,
        aboutOf(job),
      )
    );
  }
}

const aboutOf = ({ lastId, ask }: Job): About => ({ requestId: lastId, imageUrl: ask?.imageUrl });
