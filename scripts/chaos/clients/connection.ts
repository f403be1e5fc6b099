import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { WebSocket } from 'ws';
import { z } from 'zod';
import { type ServerMessage, serverMessage } from '../../../shared/protocol.ts';
import type { World } from './world.ts';

const HANDSHAKE_MS = 5_000;
/** What API Gateway sends where a route's function failed. */
const routeFailure = z.object({ message: z.literal('Internal server error') });

/** One socket. A message that no contract knows goes into the journal. */
export class Connection {
  readonly #socket: WebSocket;
  /** When something last came, by `performance.now()`. */
  heardAt = performance.now();

  private constructor(socket: WebSocket) {
    this.#socket = socket;
  }

  /** Connects, again and again until it succeeds. */
  static async open(world: World, endpoint: string, onMessage: (message: ServerMessage | undefined) => void) {
    for (;;) {
      world.signal.throwIfAborted();
      const socket = new WebSocket(endpoint, { handshakeTimeout: HANDSHAKE_MS, perMessageDeflate: false });
      const connection = new Connection(socket);
      socket.on('message', (data) => {
        connection.heardAt = performance.now();
        onMessage(connection.#read(world, String(data)));
      });
      const opened = await once(socket, 'open').then(
        () => true,
        () => false,
      );
      socket.on('error', () => {}); // `close` follows
      if (opened) return connection;
      world.journal.count('could not connect');
      await sleep(200 + world.random() * 500);
    }
  }

  get isOpen(): boolean {
    return this.#socket.readyState === WebSocket.OPEN;
  }

  send(message: unknown): void {
    if (this.isOpen) this.#socket.send(JSON.stringify(message));
  }

  /** Reads no more and closes not: so a network that broke looks to the service. */
  stopReading(): void {
    this.#socket.pause();
  }

  readOn(): void {
    this.heardAt = performance.now();
    this.#socket.resume();
  }

  destroy(): void {
    this.#socket.terminate();
  }

  /** @returns `undefined` where the message could not be handled by the service */
  #read({ journal }: World, text: string): ServerMessage | undefined {
    const value: unknown = JSON.parse(text);
    const parsed = serverMessage.safeParse(value);
    if (parsed.success) return parsed.data;
    if (routeFailure.safeParse(value).success) journal.count('a route failed');
    else journal.strange.push(text.slice(0, 500));
    return undefined;
  }
}
