import { asTheyCome } from './as-they-come.ts';
import { ServerClock } from './clock.ts';
import { CloudError, errorOf, ownError } from './errors.ts';
import { failureIn, Http } from './http.ts';
import { inTurn } from './in-turn.ts';
import type { Ask, JobOptions } from './job.ts';
import { type CloudState, Line, unauthorized } from './line.ts';
import type { Accepted, Result } from './messages.ts';
import { type Platform, Socket } from './socket.ts';
import { upload } from './upload.ts';
import { type Way, Work } from './work.ts';

/** An absolute http(s) URL, the bytes themselves, or what gives them when their turn has come. */
export type Image = string | URL | Blob | (() => Blob | Promise<Blob>);

export interface ConnectOptions {
  /** API key; a deployed stage asks for one. It goes into no URL. */
  key?: string | undefined;
  /** Address of the HTTP interface: for uploads, and for networks that let no WebSocket pass. */
  httpUrl?: string | URL | undefined;
  /** Requests under way at once; 100. */
  maxInFlight?: number | undefined;
  /** For each image, all tries together, in ms; 5 minutes. `Infinity` tries for ever. */
  budgetMs?: number | undefined;
}

export interface WaitOptions {
  /** Ends the wait, with the signal's reason. */
  signal?: AbortSignal | undefined;
  /** As {@link ConnectOptions.budgetMs}, for this call. */
  budgetMs?: number | undefined;
}

export interface ClassifyOptions extends WaitOptions {
  /** Labels at most, 1 to 1000; 5. */
  topK?: number | undefined;
  /** Least confidence of a label, 0 to 1; 0. */
  minConfidence?: number | undefined;
  /** `inception-v3`. */
  model?: string | undefined;
  /** In which what failed and may pass is tried again, in ms; unless said as long as the budget lasts. */
  retryMs?: number | undefined;
  /** The service took the request on. Called again for each new try, which has an id of its own. */
  onAccepted?: ((accepted: Accepted) => void) | undefined;
}

export interface ClassifyAllOptions extends Omit<ClassifyOptions, 'onAccepted'> {
  /** Images under way at once; as many as {@link ConnectOptions.maxInFlight}. */
  concurrency?: number | undefined;
  onAccepted?: ((accepted: Accepted, index: number) => void) | undefined;
}

/** How a request ended. */
export type Outcome = { ok: true; result: Result } | { ok: false; error: CloudError };
export type Answer<I extends Image = Image> = Outcome & { image: I; index: number };
export type Resumed = Outcome & { requestId: string };

const BUDGET_MS = 300_000;
const MAX_IN_FLIGHT = 100;
/** Uploads at once: they lie in memory, and share one way out. */
const UPLOADS_AT_ONCE = 6;

/** A connection to a ClassifyCloud, which keeps itself. Made by `connect`. */
export class Cloud {
  readonly #options: ConnectOptions;
  readonly #http: Http | undefined;
  readonly #line: Line | undefined;
  readonly #work: Work;
  readonly #listeners = new Set<(state: CloudState, error?: CloudError) => void>();
  readonly #uploads = inTurn(UPLOADS_AT_ONCE);
  readonly #stopListening: () => void;
  #state: CloudState = 'connecting';

  /** @internal */
  constructor(url: string | URL, options: ConnectOptions, platform: Platform) {
    const address = String(url);
    const { key } = options;
    const byHttp = /^https?:/i.test(address);
    const httpUrl = options.httpUrl ?? (byHttp ? address : undefined);
    const clock = new ServerClock();
    const http = httpUrl === undefined ? undefined : new Http(httpUrl, key);
    this.#options = options;
    this.#http = http;
    this.#work = new Work({
      clock,
      maxInFlight: options.maxInFlight ?? MAX_IN_FLIGHT,
      http,
      way: () => this.#way(),
      send: (message) => this.#line?.send(message),
      onUnauthorized: () => this.#refused(),
      connectionError: () => this.#line?.error,
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
    if (byHttp) this.#state = 'http';
    this.#line?.start();
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
  async classify(image: Image, options: ClassifyOptions = {}): Promise<Result> {
    const { topK, minConfidence, model, onAccepted, retryMs = Number.POSITIVE_INFINITY } = options;
    const retryUntil = performance.now() + retryMs;
    return this.#within(options, async (until, signal) => {
      const isBytes = image instanceof Blob || typeof image === 'function';
      const imageUrl = isBytes ? await this.#upload(image, until, signal) : String(image);
      return this.#settled(signal, until, onAccepted, (settle) =>
        this.#work.add({ imageUrl, topK, minConfidence, model } satisfies Ask, { ...settle, retryUntil }),
      );
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
    const { concurrency = this.#options.maxInFlight ?? MAX_IN_FLIGHT, onAccepted, signal } = options;
    yield* asTheyCome(images, concurrency, async (image, index, left) => {
      const outcome = await settled(
        this.classify(image, {
          ...options,
          signal: signal ? AbortSignal.any([signal, left]) : left,
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
    const { signal: given } = options;
    yield* asTheyCome(new Set(requestIds), MAX_IN_FLIGHT, async (requestId, _, left) => {
      const all = { ...options, signal: given ? AbortSignal.any([given, left]) : left };
      const outcome = await settled(
        this.#within(all, (until, signal) =>
          this.#settled(signal, until, undefined, (settle) => this.#work.resume(requestId, settle)),
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
    this.#work.failAll((about) =>
      ownError('CLOSED', 'The connection was closed before the answer came.', false, about),
    );
  }

  #way(): Way | undefined {
    if (this.#line === undefined || (this.#state === 'http' && this.#http))
      return { kind: 'http', isReady: true };
    return this.#line.isOpen ? { kind: 'socket', isReady: this.#line.isReady } : undefined;
  }

  #enter(state: CloudState, error?: CloudError): void {
    this.#state = state;
    for (const listener of this.#listeners) listener(state, error);
    if (state === 'unauthorized') this.#failUnauthorized();
    if (state === 'http') this.#work.reconnected();
  }

  #refused(): void {
    if (this.#line) this.#line.stop('unauthorized', unauthorized());
    else this.#failUnauthorized();
  }

  #failUnauthorized(): void {
    this.#work.failAll(unauthorized);
  }

  async #within<T>(
    { signal, budgetMs = this.#options.budgetMs ?? BUDGET_MS }: WaitOptions,
    task: (until: number, signal: AbortSignal) => Promise<T>,
  ): Promise<T> {
    signal?.throwIfAborted();
    if (this.#state === 'closed') throw ownError('CLOSED', 'This connection was closed.', false);
    this.#line?.start(); // after a refusal: the key may be a key by now
    // A signal of its own: Node warns where many listen to one.
    return task(performance.now() + budgetMs, AbortSignal.any(signal ? [signal] : []));
  }

  #settled(
    signal: AbortSignal,
    until: number,
    onAccepted: JobOptions['onAccepted'],
    begin: (options: JobOptions) => ReturnType<Work['add']>,
  ): Promise<Result> {
    return new Promise((resolve, reject) => {
      const stop = () => {
        this.#work.drop(job);
        reject(signal.reason);
      };
      const settle = (outcome: Result | CloudError) => {
        signal.removeEventListener('abort', stop);
        if (outcome instanceof CloudError) reject(outcome);
        else resolve(outcome);
      };
      const job = begin({ until, settle, onAccepted });
      signal.addEventListener('abort', stop);
      if (signal.aborted) stop();
    });
  }

  #upload(image: Exclude<Image, string | URL>, until: number, signal: AbortSignal): Promise<string> {
    const http = this.#http;
    if (http === undefined)
      throw ownError(
        'UPLOAD_FAILED',
        'An image without a URL is uploaded over HTTP: give `connect` the `httpUrl`.',
        false,
      );
    return this.#uploads(() =>
      upload(image, http, { until, signal }, (body) => {
        const failure = failureIn(body);
        return failure && errorOf(failure.error);
      }),
    );
  }
}

async function settled(promise: Promise<Result>): Promise<Outcome> {
  try {
    return { ok: true, result: await promise };
  } catch (error) {
    if (!(error instanceof CloudError)) throw error;
    return { ok: false, error };
  }
}
