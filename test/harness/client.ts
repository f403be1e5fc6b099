import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { expect } from 'vitest';
import { type ClientOptions, WebSocket } from 'ws';
import { type ServerMessage, serverMessage } from '../../shared/protocol.ts';
import { checkReceived, whyNotSent } from './messages.ts';
import { until } from './until.ts';

/** What a client sends: an object goes as JSON, and is one that the AsyncAPI document allows; the others as they are. */
type Message = string | Buffer | Record<string, unknown>;
const isRaw = (message: Message): message is string | Buffer =>
  typeof message === 'string' || Buffer.isBuffer(message);

type Kind = ServerMessage['type'];
type OfKind<K extends Kind> = Extract<ServerMessage, { type: K }>;

/** A client's socket that keeps all that comes. What is sent and what comes is checked against the AsyncAPI document. */
export class Client {
  readonly received: ServerMessage[] = [];
  readonly socket: WebSocket;
  closeCode: number | undefined;

  private constructor(endpoint: string, protocols: string[], options: ClientOptions) {
    this.socket = new WebSocket(endpoint, protocols, options);
    this.socket.on('message', (data) => {
      const message: unknown = JSON.parse(String(data));
      checkReceived(message);
      this.received.push(serverMessage.parse(message));
    });
    this.socket.on('close', (code) => {
      this.closeCode = code;
    });
    this.socket.on('error', () => {}); // a test looks at the close code
  }

  static async connect(
    endpoint: string,
    protocols: string[] = [],
    options: ClientOptions = {},
  ): Promise<Client> {
    const client = new Client(endpoint, protocols, options);
    await once(client.socket, 'open');
    return client;
  }

  /** @throws Error where an object is no message that a client may send; what is to be refused goes as text */
  send(message: Message): void {
    const refusal = isRaw(message) ? undefined : whyNotSent(message);
    if (refusal !== undefined)
      throw new Error(`not in the AsyncAPI document: ${JSON.stringify(message).slice(0, 500)}: ${refusal}`);
    this.socket.send(isRaw(message) ? message : JSON.stringify(message));
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

  /** Sends a message and gives the first answer to it, and not what an earlier one may still bring. */
  async ask(message: Message, timeoutMs = 20_000): Promise<ServerMessage> {
    const asked = recognizable(message);
    const before = this.received.length;
    this.send(asked.message);
    const answer = () => this.received.slice(before).find(asked.isAnswer);
    await until(
      () => answer() !== undefined,
      timeoutMs,
      () => `an answer to ${JSON.stringify(message).slice(0, 200)}`,
    );
    return answer() ?? expect.fail('no answer');
  }

  close(): void {
    this.socket.terminate();
  }
}

type IsAnswer = (answer: ServerMessage) => boolean;
/** An answer to a message that is refused as a whole. */
const isRefusal: IsAnswer = (answer) => answer.type === 'error' && answer.requestId === undefined;

/** A message whose answer can be told from the answers to others: a `classify` gets a `clientRef` if it has none. */
function recognizable(message: Message): { message: Message; isAnswer: IsAnswer } {
  if (isRaw(message)) return { message, isAnswer: isRefusal };
  const { action, clientRef = randomUUID(), requestIds } = message;
  switch (action) {
    case 'classify':
      return {
        message: { ...message, clientRef },
        isAnswer: (answer) => 'clientRef' in answer && answer.clientRef === clientRef,
      };
    case 'resume': {
      const ids = new Set<unknown>(Array.isArray(requestIds) ? requestIds : []);
      return {
        message,
        isAnswer: (answer) => isRefusal(answer) || ('requestId' in answer && ids.has(answer.requestId)),
      };
    }
    case 'ping':
      return { message, isAnswer: ({ type }) => type === 'pong' };
    default:
      return { message, isAnswer: isRefusal };
  }
}
