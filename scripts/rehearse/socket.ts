import { once } from 'node:events';
import { WebSocket } from 'ws';
import { type ServerMessage, serverMessage } from '../../shared/protocol.ts';

type Kind = ServerMessage['type'];
type OfKind<K extends Kind> = Extract<ServerMessage, { type: K }>;

/** What MiniStack answers where it ends a function in mid-call, for it was updated. AWS lets it finish. */
const ENDED = 'Worker process died';
const endedMessage: ServerMessage = {
  type: 'error',
  error: { code: 'INTERNAL', message: 'the function was ended', retryable: true },
};

/** The stage did not do what it has to. */
export class RehearsalError extends Error {
  override readonly name = 'RehearsalError';
}

/** A client's socket, each message that comes checked against the contract. */
export class Socket {
  readonly #socket: WebSocket;
  readonly #received: ServerMessage[] = [];
  #wake = () => {};

  private constructor(socket: WebSocket) {
    this.#socket = socket;
    socket.on('message', (data) => {
      const text = String(data);
      this.#received.push(text === ENDED ? endedMessage : serverMessage.parse(JSON.parse(text)));
      this.#wake();
    });
  }

  /** @throws Error where the handshake is refused; it names the status */
  static async open(endpoint: string, key?: string): Promise<Socket> {
    const headers = key === undefined ? {} : { authorization: `Bearer ${key}` };
    const socket = new WebSocket(endpoint, { headers, handshakeTimeout: 30_000 });
    const client = new Socket(socket);
    await once(socket, 'open');
    return client;
  }

  send(message: Readonly<Record<string, unknown>>): void {
    this.#socket.send(JSON.stringify(message));
  }

  /** Takes the first message of these kinds that `matches`, now or until `timeoutMs` are over. */
  async receive<K extends Kind>(
    kinds: readonly K[],
    timeoutMs: number,
    matches: (message: OfKind<K>) => boolean = () => true,
  ): Promise<OfKind<K>> {
    const isWanted = (message: ServerMessage): message is OfKind<K> =>
      kinds.some((kind) => kind === message.type);
    const deadline = performance.now() + timeoutMs;
    for (;;) {
      const found = this.#received.filter(isWanted).find(matches);
      if (found) {
        this.#received.splice(this.#received.indexOf(found), 1);
        return found;
      }
      const left = deadline - performance.now();
      if (left <= 0) throw new RehearsalError(`no ${kinds.join(' or ')} came in ${timeoutMs} ms`);
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, left);
        this.#wake = () => {
          clearTimeout(timer);
          resolve();
        };
      });
    }
  }

  /** Gone without a word, as when a laptop is closed. */
  terminate(): void {
    this.#socket.on('error', () => {});
    this.#socket.terminate();
  }
}
