import { setTimeout as sleep } from 'node:timers/promises';
import { v7 as uuidv7 } from 'uuid';
import { MAX_RESUME, type ServerMessage } from '../../../shared/protocol.ts';
import { acceptedAt, deadlineOf } from '../../../shared/request-id.ts';
import { Connection } from './connection.ts';
import { comes, sleepUpTo, type World } from './world.ts';

/** In ms. */
const ANSWERED_WITHIN = 20_000;
const PING_AFTER = 6_000;
const BROKEN_AFTER = 12_000;
/** The contract: a client resumes what is unanswered so long after its deadline. */
const RESUMES_AFTER = 5_000;
const FIRST_PAUSE = 1_000;
const LONGEST_PAUSE = 16_000;
const GIVES_UP_AFTER = 240_000;
/** An id may be brought for 60 s after it was made. */
const BROUGHT_FOR = 45_000;

/** Errors that, before an `accepted`, say that nothing was queued. */
const REFUSALS = ['INTERNAL', 'OVERLOADED'];

/** A client on one socket after another: it asks, loses its socket, comes back, and resumes what is unanswered. */
export class Reader {
  readonly #world: World;
  readonly #endpoint: string;
  readonly #name: string;
  readonly #ids = new Map<string, string>();
  readonly #brought = new Map<string, string>();
  readonly #asking = new Set<string>();
  readonly #refused = new Set<string>();
  readonly #told = new Set<string>();
  #connection: Connection | undefined;
  #mustResume = false;
  /** Refusals in a row: each makes it wait longer before it asks again. */
  #refusals = 0;

  constructor(world: World, name: string, endpoint = world.ws) {
    this.#world = world;
    this.#name = name;
    this.#endpoint = endpoint;
  }

  /**
   * Asks for images until each is accepted, or its outcome is there.
   * @param bring whether to name the ids, so that asking again asks for the same; one image a message then
   */
  async ask(urls: readonly string[], bring = false): Promise<string[]> {
    for (let tries = 0; ; tries++) {
      const left = urls.filter((url) => !this.#ids.has(url));
      if (left.length === 0) return urls.flatMap((url) => this.#ids.get(url) ?? []);
      if (tries > 0) this.#world.journal.count('asked again');
      const connection = await this.#connected();
      this.#refused.clear();
      this.sendAsk(connection, left, bring);
      const isAnswered = (url: string) => this.#ids.has(url) || this.#refused.has(url);
      await comes(this.#world, () => left.every(isAnswered) || !connection.isOpen, ANSWERED_WITHIN);
      if (this.#refused.size > 0) await this.#backOff();
    }
  }

  /** Asks, and is gone before it is answered. */
  async askAndVanish(urls: readonly string[]): Promise<void> {
    const connection = await this.#connected();
    this.sendAsk(connection, urls, false);
    await sleepUpTo(this.#world, 100);
    this.leave();
  }

  sendAsk(connection: Connection, urls: readonly string[], bring: boolean): void {
    for (const url of urls) this.#asking.add(url);
    if (!bring) connection.send({ action: 'classify', imageUrls: urls, clientRef: this.#name });
    else
      for (const imageUrl of urls)
        connection.send({ action: 'classify', imageUrl, requestId: this.#idFor(imageUrl) });
  }

  /** Asks for the outcomes of requests that others made. */
  async resume(requestIds: readonly string[]): Promise<void> {
    await this.#connected();
    this.#sendResume(requestIds);
  }

  /** Waits for the outcomes of all of these; comes back and resumes as often as it takes. */
  async wait(requestIds: readonly string[]): Promise<void> {
    const { journal, signal, requestTimeoutSeconds } = this.#world;
    const deadline = Math.max(...requestIds.map((id) => deadlineOf(id, requestTimeoutSeconds)));
    let lateAt = deadline + RESUMES_AFTER;
    let pingedAt = 0;
    for (;;) {
      signal.throwIfAborted();
      const missing = requestIds.filter((id) => !this.#told.has(id));
      if (missing.length === 0) return;
      if (Date.now() > deadline + GIVES_UP_AFTER) {
        for (const requestId of missing) journal.missed.push({ requestId, client: this.#name });
        return;
      }
      const now = performance.now();
      const silentMs = now - (this.#connection?.heardAt ?? now);
      if (!this.#connection?.isOpen) {
        journal.count('came back');
        await this.#connected();
        this.#sendResume(missing);
      } else if (this.#mustResume) {
        this.#mustResume = false;
        await this.#backOff();
        this.#sendResume(requestIds.filter((id) => !this.#told.has(id)));
      } else if (Date.now() > lateAt) {
        journal.count('resumed after the deadline', missing.length);
        lateAt = Date.now() + RESUMES_AFTER;
        this.#sendResume(missing);
      } else if (silentMs > BROKEN_AFTER) {
        this.leave();
      } else if (silentMs > PING_AFTER && now - pingedAt > PING_AFTER) {
        pingedAt = now;
        this.#connection.send({ action: 'ping' });
      }
      await sleep(50);
    }
  }

  /** The ids that it knows of. */
  get requestIds(): string[] {
    return [...this.#ids.values()];
  }

  stopReading(): void {
    this.#connection?.stopReading();
  }

  readOn(): void {
    this.#connection?.readOn();
  }

  leave(): void {
    this.#connection?.destroy();
  }

  async #connected(): Promise<Connection> {
    if (!this.#connection?.isOpen)
      this.#connection = await Connection.open(this.#world, this.#endpoint, (message) => this.#hear(message));
    return this.#connection;
  }

  /** Together, clients that ask again at once would keep a service down that comes back. */
  #backOff(): Promise<void> {
    return sleepUpTo(this.#world, Math.min(LONGEST_PAUSE, FIRST_PAUSE * 2 ** this.#refusals++));
  }

  #sendResume(requestIds: readonly string[]): void {
    this.#mustResume = false;
    for (let from = 0; from < requestIds.length; from += MAX_RESUME)
      this.#connection?.send({ action: 'resume', requestIds: requestIds.slice(from, from + MAX_RESUME) });
  }

  #idFor(url: string): string {
    const known = this.#brought.get(url);
    if (known && Date.now() - (acceptedAt(known) ?? 0) < BROUGHT_FOR) return known;
    const fresh = uuidv7();
    this.#brought.set(url, fresh);
    return fresh;
  }

  #hear(message: ServerMessage | undefined): void {
    const { journal } = this.#world;
    if (message?.type === 'pong') return;
    if (message === undefined || (message.type === 'error' && message.requestId === undefined)) {
      this.#refuse(message);
      return;
    }
    const { requestId = '', imageUrl = '' } = message;
    if (message.type === 'accepted') {
      journal.accepted.add(requestId);
      this.#ids.set(imageUrl, requestId);
      this.#asking.delete(imageUrl);
      return;
    }
    if (message.type === 'error' && this.#asking.has(imageUrl) && REFUSALS.includes(message.error.code)) {
      this.#refuse(message);
      this.#brought.delete(imageUrl);
      return;
    }
    this.#refusals = 0;
    journal.tell(requestId, message);
    this.#told.add(requestId);
    if (this.#asking.delete(imageUrl)) this.#ids.set(imageUrl, requestId);
  }

  /** What was asked for was not taken; without an image, all of it, or a `resume`. */
  #refuse(message: Extract<ServerMessage, { type: 'error' }> | undefined): void {
    this.#world.journal.count(`refused ${message?.error.code ?? 'without a word'}`);
    this.#mustResume = true;
    const urls = message?.imageUrl === undefined ? [...this.#asking] : [message.imageUrl];
    for (const url of urls) this.#refused.add(url);
  }
}
