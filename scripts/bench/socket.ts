import { once } from 'node:events';
import { WebSocket } from 'ws';
import type { Answer, AnsweringModel } from './tally.ts';

/** As much of a server's message as a client needs to tell whose it is; unchecked, for it costs the service's cores. */
interface Incoming {
  type?: 'accepted' | 'result' | 'error' | 'pong';
  clientRef?: string;
  error?: { code?: string };
  model?: AnsweringModel;
  cached?: true;
}

const HANDSHAKE_MS = 10_000;

/** One client's socket, for any number of requests at once. */
export class ClientSocket {
  readonly #socket: WebSocket;
  readonly #waiting = new Map<string, (answer: Answer) => void>();
  #sent = 0;

  private constructor(endpoint: string) {
    const { CLASSIFYCLOUD_KEY: key } = process.env;
    const headers = key ? { authorization: `Bearer ${key}` } : {};
    this.#socket = new WebSocket(endpoint, {
      handshakeTimeout: HANDSHAKE_MS,
      perMessageDeflate: false,
      headers,
    });
    this.#socket.on('message', (data) => this.#receive(String(data)));
    this.#socket.on('close', () => {
      for (const answer of this.#waiting.values()) answer({ kind: 'error', code: 'SOCKET_CLOSED' });
      this.#waiting.clear();
    });
  }

  static async connect(endpoint: string): Promise<ClientSocket> {
    const client = new ClientSocket(endpoint);
    await once(client.#socket, 'open');
    client.#socket.on('error', () => {}); // `close` follows, and tells
    return client;
  }

  /** Asks for a label, of the usual model unless another is named. Never rejects. */
  classify(imageUrl: string, timeoutMs: number, model?: string): Promise<Answer> {
    const clientRef = String(this.#sent++);
    return new Promise((resolve) => {
      const timer = setTimeout(() => {
        this.#waiting.delete(clientRef);
        resolve({ kind: 'timed-out' });
      }, timeoutMs);
      this.#waiting.set(clientRef, (answer) => {
        clearTimeout(timer);
        resolve(answer);
      });
      this.#socket.send(JSON.stringify({ action: 'classify', imageUrl, clientRef, model }));
    });
  }

  close(): void {
    this.#socket.terminate();
  }

  #receive(text: string): void {
    const message: Incoming = JSON.parse(text);
    if (message.type === 'accepted' || message.clientRef === undefined) return;
    const answer = this.#waiting.get(message.clientRef);
    this.#waiting.delete(message.clientRef);
    const { model, cached = false } = message;
    if (message.type === 'result')
      answer?.({ kind: 'result', cached, ...(model && { model: modelOf(model) }) });
    else if (message.error?.code === 'TIMEOUT') answer?.({ kind: 'timed-out' });
    else answer?.({ kind: 'error', code: message.error?.code ?? 'UNKNOWN' });
  }
}

const modelOf = ({ engine, precision }: AnsweringModel): AnsweringModel => ({ engine, precision });
