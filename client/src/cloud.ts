import { anyOf } from './any-of.ts';
import { asTheyCome } from './as-they-come.ts';
import { ServerClock } from './clock.ts';
import { CloudError, errorOf, REFUSAL } from './errors.ts';
import { Http } from './http.ts';
import { inTurn } from './in-turn.ts';
import { type Job, type JobOptions, NEVER } from './job.ts';
import { type CloudState, Line } from './line.ts';
import type { ErrorBody, Result } from './messages.ts';
import type {
  Answer,
  ClassifyAllOptions,
  ClassifyOptions,
  ConnectOptions,
  Image,
  Outcome,
  Resumed,
  WaitOptions,
} from './options.ts';
import { type Platform, Socket } from './socket.ts';
import { type Bytes, type Store, upload, uploadFailed } from './upload.ts';
import { Work } from './work.ts';

const BUDGET_MS = 300_000;
const MAX_IN_FLIGHT = 100;
/** Uploads at once: they lie in memory, and share one way out. */
const UPLOADS_AT_ONCE = 6;

/** A connection to a ClassifyCloud, which keeps itself. Made by `connect`. */
export class Cloud {
  readonly #maxInFlight: number;
  readonly #budgetMs: number;
  readonly #http: Http | undefined;
  readonly #store: Store | undefined;
  readonly #line: Line | undefined;
  readonly #work: Work;
  readonly #listeners = new Set<(state: CloudState, error?: CloudError) => void>();
  readonly #uploads = inTurn(UPLOADS_AT_ONCE);
  readonly #stopListening: () => void;
  #state: CloudState = 'connecting';
  #error: CloudError | undefined;

  /** @internal */
  constructor(url: string | URL, options: ConnectOptions, platform: Platform) {
    const address = String(url);
    const { key, maxInFlight = MAX_IN_FLIGHT, budgetMs = BUDGET_MS } = options;
    const byHttp = /^https?:/i.test(address);
    const httpUrl = options.httpUrl ?? (byHttp ? address : undefined);
    const clock = new ServerClock();
    const http = httpUrl === undefined ? undefined : new Http(httpUrl, key, clock, platform.fetch);
    this.#maxInFlight = maxInFlight;
    this.#budgetMs = budgetMs;
    this.#http = http;
    this.#store = http && { place: platform.placeBy(http), fetch: platform.fetch };
    this.#work = new Work({
      clock,
      maxInFlight,
      way: () => this.#way(),
      send: (message) => this.#line?.send(message),
      onUnauthorized: () => this.#refused(),
      connectionError: () => this.#error,
    });
    this.#line = byHttp
      ? undefined
      : new Line({
          url: address,
          openSocket: (events) =>
            new Socket(
              (raw) => platform.openSocket(address, key, raw),
              clock,
              () => !this.#work.isEmpty,
              events,
            ),
          probe: async () => (http ? http.reach() : 'silent'),
          events: {
            open: () => this.#work.reconnected(),
            ready: () => this.#work.goOn(),
            message: (message) => this.#work.receive(message),
            state: (state, error) => this.#enter(state, error),
          },
        });
    if (this.#line) this.#line.start();
    else this.#state = 'http';
    this.#stopListening = platform.onOnline(() => this.#line?.hurry());
  }

  get state(): CloudState {
    return this.#state;
  }

  /**
   * Tells each change of the connection, with what is wrong where something is.
   * @returns ends it
   */
  onState(listener: (state: CloudState, error?: CloudError) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /**
   * Classifies one image: reconnects, resumes and tries again, until there is an outcome or the budget is spent.
   * @throws CloudError of the class that its code has, or the signal's reason
   */
  classify(image: Image, options: ClassifyOptions = {}): Promise<Result> {
    const { onAccepted, retryMs = NEVER, signal: _, budgetMs: __, ...ask } = options;
    const retryUntil = performance.now() + retryMs;
    return this.#outcome(options, async (until, signal) => {
      const isUrl = typeof image === 'string' || image instanceof URL;
      const imageUrl = isUrl ? String(image) : await this.#upload(image, until, signal);
      return (settle) => this.#work.add({ ...ask, imageUrl }, { until, retryUntil, settle, onAccepted });
    });
  }

  /**
   * Classifies any number of images, and yields each answer as it comes. An image that fails stops no other. Takes no
   * more from `images` than can be under way.
   */
  async *classifyAll<I extends Image>(
    images: Iterable<I> | AsyncIterable<I>,
    options: ClassifyAllOptions = {},
  ): AsyncGenerator<Answer<I>, void, undefined> {
    const { concurrency = this.#maxInFlight, onAccepted, signal, ...each } = options;
    yield* asTheyCome(images, concurrency, async (image, index, left) => {
      const outcome = await settled(
        this.classify(image, {
          ...each,
          signal: anyOf(signal, left),
          onAccepted: (accepted) => onAccepted?.(accepted, index),
        }),
      );
      return { ...outcome, image, index };
    });
  }

  /**
   * The outcomes of requests whose ids are known from before, as they come: of a page that was left, or a program that
   * ended. Those that failed are not tried again.
   */
  async *resume(
    requestIds: Iterable<string>,
    options: WaitOptions = {},
  ): AsyncGenerator<Resumed, void, undefined> {
    yield* asTheyCome(new Set(requestIds), this.#maxInFlight, async (requestId, _, left) => {
      const outcome = await settled(
        this.#outcome(
          { ...options, signal: anyOf(options.signal, left) },
          async (until) => (settle) => this.#work.resume(requestId, { until, settle }),
        ),
      );
      return { ...outcome, requestId };
    });
  }

  /** Ends the connection. What is unanswered ends with a `ClosedError`, whose `requestId` can be resumed by another. */
  close(): void {
    this.#stopListening();
    if (this.#line) this.#line.stop('closed');
    else this.#enter('closed');
    this.#work.failAll(CLOSED);
  }

  #way() {
    return this.#state === 'http' ? this.#http : this.#line?.way;
  }

  #enter(state: CloudState, error?: CloudError): void {
    this.#error = error;
    if (this.#state === state && state !== 'reconnecting') return;
    this.#state = state;
    for (const listener of this.#listeners) listener(state, error);
    if (state === 'unauthorized') this.#work.failAll(REFUSAL);
    if (state === 'http') this.#work.reconnected();
  }

  #refused(): void {
    if (this.#line) this.#line.stop('unauthorized', errorOf(REFUSAL));
    else this.#enter('unauthorized', errorOf(REFUSAL));
  }

  /** @param prepare gives what begins the job, once all that it needs is there */
  async #outcome(
    { signal: given, budgetMs = this.#budgetMs }: WaitOptions,
    prepare: (until: number, signal: AbortSignal) => Promise<(settle: JobOptions['settle']) => Job>,
  ): Promise<Result> {
    // A signal of its own: Node warns where many listen to one.
    const signal = anyOf(given);
    const begin = await prepare(performance.now() + budgetMs, signal);
    signal.throwIfAborted();
    if (this.#state === 'closed') throw errorOf(CLOSED);
    // After a refusal, too: the key may be a key by now.
    if (this.#line) this.#line.start();
    else this.#state = 'http';
    return new Promise((resolve, reject) => {
      const job = begin((outcome) => (outcome instanceof CloudError ? reject(outcome) : resolve(outcome)));
      signal.addEventListener('abort', () => {
        this.#work.drop(job);
        reject(signal.reason);
      });
    });
  }

  async #upload(image: Bytes, until: number, signal: AbortSignal): Promise<string> {
    const store = this.#store;
    if (!store) throw uploadFailed('That goes over HTTP: give `connect` the `httpUrl`.', false);
    return this.#uploads(() => upload(image, store, until, signal));
  }
}

const CLOSED: ErrorBody = {
  code: 'CLOSED',
  message: 'The connection was closed before the answer came.',
  retryable: false,
};

async function settled(promise: Promise<Result>): Promise<Outcome> {
  try {
    return { ok: true, result: await promise };
  } catch (error) {
    if (!(error instanceof CloudError)) throw error;
    return { ok: false, error };
  }
}
