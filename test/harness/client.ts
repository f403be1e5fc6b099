import { once } from 'node:events';
import { WebSocket } from 'ws';
import { type ServerMessage, serverMessage } from '../../shared/protocol.ts';
import { until } from './until.ts';

type Kind = ServerMessage['type'];
type OfKind<K extends Kind> = Extract<ServerMessage, { type: K }>;

/** A client's socket that keeps all that comes, each message checked against the contract. */
export class Client {
  readonly received: ServerMessage[] = [];
  readonly socket: WebSocket;
  closeCode: number | undefined;

  private constructor(endpoint: string) {
    this.socket = new WebSocket(endpoint);
    this.socket.on('message', (data) => this.received.push(serverMessage.parse(JSON.parse(String(data)))));
    this.socket.on('close', (code) => {
      this.closeCode = code;
    });
    this.socket.on('error', () => {}); // a test looks at the close code
  }

  static async connect(endpoint: string): Promise<Client> {
    const client = new Client(endpoint);
    await once(client.socket, 'open');
    return client;
  }

  send(message: unknown): void {
    this.socket.send(
      typeof message === 'string' || Buffer.isBuffer(message) ? message : JSON.stringify(message),
    );
  }

  all<K extends Kind>(kind: K): OfKind<K>[] {
    return this.received.filter((message): message is OfKind<K> => message.type === kind);
  }

  /** Waits for `count` messages of a kind. */
  async wait<K extends Kind>(kind: K, count = 1, timeoutMs = 20_000): Promise<OfKind<K>[]> {
    await until(
      () => this.all(kind).length >= count,
      timeoutMs,
      () => `${count} × ${kind}; came: ${JSON.stringify(this.received).slice(0, 2000)}`,
    );
    return this.all(kind);
  }

  /** Waits until each of these requests has its result; a result may come twice. */
  async waitResults(requestIds: string[], timeoutMs = 60_000): Promise<void> {
    const missing = () => {
      const come = new Set(this.all('result').map(({ requestId }) => requestId));
      return requestIds.filter((id) => !come.has(id));
    };
    await until(
      () => missing().length === 0,
      timeoutMs,
      () => `results of ${missing().join(', ')}`,
    );
  }

  /** Sends a message and gives the one answer that it brings. */
  async ask(message: unknown, timeoutMs = 20_000): Promise<ServerMessage> {
    const before = this.received.length;
    this.send(message);
    await until(
      () => this.received.length > before,
      timeoutMs,
      () => `an answer to ${JSON.stringify(message).slice(0, 200)}`,
    );
    const [answer] = this.received.slice(before);
    if (!answer) throw new Error('no answer');
    return answer;
  }

  close(): void {
    this.socket.terminate();
  }
}
