import {
  type Accepted,
  type Cloud,
  CloudError,
  type CloudState,
  connect,
  type Result,
} from '../client/index.ts';
import type { Item, Stage } from './item.ts';
import { base, webSocket } from './settings.ts';

/** Images of this page that are under way at once; the others wait here, where a reload finds them. */
const AT_ONCE = 100;
/** In which what may pass is tried again unasked; then the person is told, and asked. */
const RETRY_MS = 5_000;

const REMOVED = new Error('removed');
const NEW_KEY = new Error('another key');

export interface RunnerEvents {
  changed(item: Item): void;
  connection(state: CloudState): void;
  /** The stage does not take the key, or wants one; images wait until `useKey` is called. */
  keyNeeded(): void;
}

/** Sees each image through, with the client; what the service knows of already is asked for by its id. */
export class Runner {
  readonly #events: RunnerEvents;
  #cloud: Cloud | undefined;
  #waiting: Item[] = [];
  readonly #underWay = new Map<Item, AbortController>();
  /** Those that wait for a key. */
  readonly #held = new Set<Item>();

  constructor(events: RunnerEvents) {
    this.#events = events;
  }

  /** Connects, with a key where the stage wants one; what waited for a key goes on. */
  useKey(key: string | undefined): void {
    this.dropKey();
    const cloud = connect(webSocket, {
      key,
      httpUrl: base,
      maxInFlight: AT_ONCE,
      budgetMs: Number.POSITIVE_INFINITY,
    });
    this.#cloud = cloud;
    cloud.onState((state) => cloud === this.#cloud && this.#events.connection(state));
    this.#events.connection(cloud.state);
    const held = [...this.#held];
    this.#held.clear();
    for (const item of held) this.#enter(item, { kind: 'waiting' });
    this.#waiting.unshift(...held);
    this.#next();
  }

  /** What is under way waits for another key, and is asked for then. */
  dropKey(): void {
    const cloud = this.#cloud;
    this.#cloud = undefined;
    this.#events.connection('unauthorized');
    for (const running of this.#underWay.values()) running.abort(NEW_KEY);
    cloud?.close();
  }

  add(items: readonly Item[]): void {
    this.#waiting.push(...items);
    this.#next();
    if (this.#cloud === undefined) this.#events.keyNeeded();
  }

  /** Sends an image that failed once more, as a new request. */
  again(items: readonly Item[]): void {
    for (const item of items) {
      item.requestId = undefined;
      this.#enter(item, { kind: 'waiting' });
    }
    this.add(items);
  }

  remove(items: ReadonlySet<Item>): void {
    this.#waiting = this.#waiting.filter((item) => !items.has(item));
    for (const item of items) {
      this.#held.delete(item);
      this.#underWay.get(item)?.abort(REMOVED);
    }
  }

  #next(): void {
    while (this.#cloud && this.#underWay.size < AT_ONCE) {
      const item = this.#waiting.shift();
      if (item === undefined) return;
      void this.#run(item, this.#cloud);
    }
  }

  async #run(item: Item, cloud: Cloud): Promise<void> {
    const running = new AbortController();
    const { signal } = running;
    this.#underWay.set(item, running);
    try {
      const result = await this.#outcome(item, cloud, signal);
      if (!signal.aborted) this.#enter(item, { kind: 'done', result });
    } catch (error) {
      if (signal.reason !== REMOVED) this.#failed(item, cloud, error);
    } finally {
      this.#underWay.delete(item);
      this.#next();
    }
  }

  async #outcome(item: Item, cloud: Cloud, signal: AbortSignal): Promise<Result> {
    const image = item.source.kind === 'url' ? item.source.url : item.source.file;
    if (item.requestId !== undefined) {
      this.#enter(item, { kind: 'queued', position: null, etaMs: null, at: Date.now() });
      for await (const outcome of cloud.resume([item.requestId], { signal })) {
        if (outcome.ok) return outcome.result;
        if (outcome.error.code !== 'UNKNOWN_REQUEST' || image === undefined) throw outcome.error;
      }
    }
    if (image === undefined) throw fileError('FILE_LOST');
    if (image instanceof Blob) {
      this.#enter(item, { kind: 'uploading' });
      if (!(await isReadable(image))) throw fileError('FILE_UNREADABLE');
    }
    const onAccepted = ({ requestId, position, etaMs }: Accepted) => {
      item.requestId = requestId;
      this.#enter(item, { kind: 'queued', position, etaMs, at: Date.now() });
    };
    return cloud.classify(image, { ...item.options, retryMs: RETRY_MS, signal, onAccepted });
  }

  #failed(item: Item, cloud: Cloud, error: unknown): void {
    if (error === NEW_KEY) this.#hold(item);
    else if (!(error instanceof CloudError)) throw error;
    else if (error.code === 'UNAUTHORIZED') this.#refused(item, cloud);
    else {
      const { code, message, retryAfterMs } = error;
      this.#enter(item, { kind: 'failed', failure: { code, message, retryAfterMs } });
    }
  }

  #refused(item: Item, cloud: Cloud): void {
    this.#hold(item);
    if (this.#cloud !== cloud) return; // it was another key, or was told already
    this.dropKey();
    this.#events.keyNeeded();
  }

  /** Until there is another key, if there is none already. */
  #hold(item: Item): void {
    if (this.#cloud) this.#waiting.unshift(item);
    else this.#held.add(item);
    this.#enter(item, { kind: this.#cloud ? 'waiting' : 'key' });
  }

  #enter(item: Item, stage: Stage): void {
    item.stage = stage;
    this.#events.changed(item);
  }
}

const fileError = (code: 'FILE_LOST' | 'FILE_UNREADABLE') =>
  new CloudError({ code, message: '', retryable: false });

/** A folder is dropped like a file, and a file may be gone by now: to upload either fails as if there were no network. */
const isReadable = (file: Blob): Promise<boolean> =>
  (file.size === 0 ? file : file.slice(0, 1)) // one that is gone may be told to be empty
    .arrayBuffer()
    .then(
      () => true,
      () => false,
    );
