import type { ServerClock } from './clock.ts';
import type { Http } from './http.ts';
import { parseJson, readMessage, type ServerMessage } from './messages.ts';

/** What a socket of the platform's tells. */
export interface RawEvents {
  open(): void;
  message(text: string): void;
  /** It could not be opened, or is closed. `status` is that of a refused handshake, where the platform tells it. */
  close(status?: number): void;
}
export interface RawSocket {
  send(text: string): void;
  /** Ends it at once, without waiting for the other side. */
  end(): void;
}
/** What `fetch` is given. */
export interface Sent {
  method?: 'POST' | 'PUT';
  headers?: Readonly<Record<string, string>>;
  body?: string | Blob;
  signal: AbortSignal;
}
/** What is read of a `Response`. */
export type Reply = Pick<Response, 'status' | 'json'> & { headers: Pick<Headers, 'get'> };
/** What browsers and Node do in ways of their own. */
export interface Platform {
  /** Opens a WebSocket and shows the key. */
  openSocket(url: string, key: string | undefined, events: RawEvents): RawSocket;
  /** The global `fetch`, or what does for less what is needed of it here. */
  fetch(url: string, init: Sent): Promise<Reply>;
  /** Asks the service for a place to upload so many bytes to, and gives its answer, whatever it is. */
  placeBy(http: Http): (bytes: number, signal: AbortSignal) => Promise<unknown>;
  /**
   * Tells when the machine is back in its network.
   * @returns ends it
   */
  onOnline(listener: () => void): () => void;
}

export interface SocketEvents {
  open(): void;
  /** The server's time is known, or nobody told it in time. */
  ready(): void;
  message(message: Exclude<ServerMessage, { type: 'pong' }> | undefined): void;
  end(status?: number): void;
}

const HANDSHAKE_MS = 10_000;
/** The status, as it were, of a handshake that got no answer in time. */
export const HUNG = 408;
/** For the first `pong`: ids made by a clock that is wrong would be refused. */
const READY_MS = 2_000;
const PONG_MS = 10_000;
/** API Gateway closes a socket that is silent for 10 minutes; with answers due, a dead one is to be noticed sooner. */
const SILENCE_MS = { idle: 240_000, busy: 15_000 };
const CHECK_MS = 1_000;

/** One socket: kept alive by pings, ended where nothing is heard, and each `pong` corrects the clock. */
export class Socket {
  readonly #raw: RawSocket;
  readonly #check: ReturnType<typeof setInterval>;
  readonly #events: SocketEvents;
  readonly #clock: ServerClock;
  isReady = false;
  /** When something last came; at first, when it was begun. */
  #heardAt = performance.now();
  #isOpen = false;
  #pingedAt = 0;
  #ended = false;

  constructor(
    open: (events: RawEvents) => RawSocket,
    clock: ServerClock,
    isBusy: () => boolean,
    events: SocketEvents,
  ) {
    this.#events = events;
    this.#clock = clock;
    this.#check = setInterval(() => this.#watch(isBusy()), CHECK_MS);
    this.#raw = open({
      open: () => !this.#ended && this.#opened(),
      message: (text) => !this.#ended && this.#heard(readMessage(parseJson(text))),
      close: (status) => this.#end(status),
    });
  }

  send(message: object): void {
    this.#raw.send(JSON.stringify(message));
  }

  /** Ends it without a word to whoever listens. */
  close(): void {
    this.#ended = true;
    clearInterval(this.#check);
    this.#raw.end();
  }

  #opened(): void {
    this.#isOpen = true;
    this.#heardAt = performance.now();
    this.#ping();
    this.#events.open();
  }

  #ping(): void {
    this.#pingedAt = performance.now();
    this.send({ action: 'ping' });
  }

  #heard(message: ServerMessage | undefined): void {
    this.#heardAt = performance.now();
    if (message?.type !== 'pong') {
      this.#events.message(message);
      return;
    }
    this.#clock.correct(message.serverTime, this.#pingedAt);
    this.#setReady();
  }

  #setReady(): void {
    if (this.isReady) return;
    this.isReady = true;
    this.#events.ready();
  }

  /** A browser runs this once a minute where its page is hidden: only what was asked for and did not come tells. */
  #watch(busy: boolean): void {
    const now = performance.now();
    const silentMs = now - this.#heardAt;
    if (!this.#isOpen) {
      if (silentMs > HANDSHAKE_MS) this.#end(HUNG);
      return;
    }
    if (silentMs > READY_MS) this.#setReady();
    if (this.#pingedAt > this.#heardAt) {
      if (now - this.#pingedAt > PONG_MS) this.#end();
    } else if (silentMs > (busy ? SILENCE_MS.busy : SILENCE_MS.idle)) this.#ping();
  }

  #end(status?: number): void {
    if (this.#ended) return;
    this.close();
    this.#events.end(status);
  }
}
