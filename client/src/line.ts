import { backoffMs } from './backoff.ts';
import { type CloudError, errorOf, ownError, REFUSAL } from './errors.ts';
import { isRefused, type Reach } from './http.ts';
import { HUNG, type Socket, type SocketEvents } from './socket.ts';

/** How a client stands to the service; `http` is without a socket, by calls alone. */
export type CloudState = 'connecting' | 'connected' | 'reconnecting' | 'http' | 'unauthorized' | 'closed';

export interface LineOptions {
  url: string;
  openSocket(events: SocketEvents): Socket;
  /** Whether the HTTP interface can be reached; `unknown` where there is none. */
  probe(): Promise<Reach>;
  events: Pick<SocketEvents, 'open' | 'ready' | 'message'> & {
    state(state: CloudState, error?: CloudError): void;
  };
}

/** API Gateway closes a socket after two hours. */
const RENEW_AFTER_MS = 110 * 60_000;
/** So often in a row a socket has to fail, while calls succeed, to be taken for blocked; one that hangs took long enough. */
const BLOCKED_AFTER = 2;

/**
 * Keeps a socket to the service open:
 * - it fails or closes: another is tried after a pause that grows;
 * - none opens, but HTTP works: `http`, and sockets are tried on;
 * - the key is refused: `unauthorized`, until `start` is called again;
 * - it is old: another is opened first, and takes its place.
 */
export class Line {
  readonly #options: LineOptions;
  #socket: Socket | undefined;
  #opening: Socket | undefined;
  #failures = 0;
  #pause: ReturnType<typeof setTimeout> | undefined;
  #renewal: ReturnType<typeof setTimeout> | undefined;
  #running = false;

  constructor(options: LineOptions) {
    this.#options = options;
  }

  /** What the socket is good for; `resuming` until the server's time is known, by which ids are made. */
  get way(): 'socket' | 'resuming' | undefined {
    return this.#socket && (this.#socket.isReady ? 'socket' : 'resuming');
  }

  send(message: object): void {
    this.#socket?.send(message);
  }

  start(): void {
    if (this.#running) return;
    this.#running = true;
    this.#failures = 0;
    this.#options.events.state('connecting');
    this.#open();
  }

  /** Tries at once what would be tried after a pause: the network is back. */
  hurry(): void {
    if (!this.#pause) return;
    clearTimeout(this.#pause);
    this.#open();
  }

  stop(state: 'unauthorized' | 'closed', error?: CloudError): void {
    this.#running = false;
    clearTimeout(this.#pause);
    clearTimeout(this.#renewal);
    for (const socket of [this.#socket, this.#opening]) socket?.close();
    this.#socket = this.#opening = this.#pause = undefined;
    this.#options.events.state(state, error);
  }

  #open(): void {
    this.#pause = undefined;
    const { events, openSocket } = this.#options;
    const current = () => this.#socket === socket;
    const socket: Socket = openSocket({
      open: () => this.#opened(socket),
      ready: () => {
        if (!current()) return;
        this.#failures = 0; // a socket that opens and closes at once is a failure, too
        events.ready();
      },
      message: (message) => current() && events.message(message),
      end: (status) => (current() ? this.#lost() : this.#failed(status)),
    });
    this.#opening = socket;
  }

  #opened(socket: Socket): void {
    const old = this.#socket;
    this.#socket = socket;
    this.#opening = undefined;
    clearTimeout(this.#renewal);
    this.#renewal = setTimeout(
      () => this.#opening ?? this.#open(),
      RENEW_AFTER_MS * (1 - Math.random() / 20),
    );
    this.#options.events.state('connected');
    this.#options.events.open();
    old?.close(); // what it would still have brought is resumed on the new one
  }

  #lost(): void {
    this.#socket = undefined;
    clearTimeout(this.#renewal);
    this.#options.events.state('reconnecting', this.#noConnection());
    if (!this.#opening && !this.#pause) this.#tryLater();
    this.#failures++;
  }

  async #failed(status: number | undefined): Promise<void> {
    this.#opening = undefined;
    this.#failures++;
    const reach = await this.#options.probe();
    if (!this.#running) return;
    // A proxy that lets no socket pass says 403, too: where HTTP can be asked, it is for that to tell.
    if (reach === 'refuses' || (reach === 'silent' && isRefused(status)))
      return this.stop('unauthorized', errorOf(REFUSAL));
    if (!this.#socket) {
      const blocked = reach === 'works' && (status === HUNG || this.#failures >= BLOCKED_AFTER);
      this.#options.events.state(blocked ? 'http' : 'reconnecting', this.#noConnection());
    }
    this.#tryLater();
  }

  #tryLater(): void {
    this.#pause = setTimeout(() => this.#open(), backoffMs(this.#failures));
  }

  #noConnection(): CloudError {
    const text = `No connection to ${this.#options.url}. Check the network, the address, and that the service is running.`;
    return ownError('NO_CONNECTION', text, true);
  }
}
