import { once } from 'node:events';
import { WebSocket } from 'ws';
import { type ServerMessage, serverMessage } from '../../shared/protocol.ts';

type Kind = ServerMessage['type'];
type OfKind<K extends Kind> = Extract<ServerMessage, { type: K }>;

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
      this.#received.push(serverMessage.parse(JSON.parse(String(data))));
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

  /** The first message of these kinds that `matches`, now or until `timeoutMs` are over. */
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
      if (found) return found;
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
