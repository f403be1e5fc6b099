import { FairOrder } from './fair-order.ts';
import type { Message } from './message.ts';
import { NoisyGroups } from './noisy-groups.ts';
import { Schedule } from './schedule.ts';

const SWEEP_EVERY_MS = 1_000;

/**
 * The messages of a queue and what becomes of each: delayed, ready, in flight, ready again, gone.
 * No message has a timer: due times stand in two schedules, and `settle` brings the store up to the present.
 */
export class MessageStore {
  #messages = new Map<string, Message>();
  #noisy = new NoisyGroups();
  #ready = new FairOrder(this.#noisy);
  #delayed = new Schedule<Message>();
  #inFlight = new Schedule<Message>();
  #sweptAt = 0;

  /** Messages by state. */
  get counts(): { ready: number; inFlight: number; delayed: number } {
    return { ready: this.#ready.size, inFlight: this.#inFlight.size, delayed: this.#delayed.size };
  }

  /** When the next message becomes ready by itself, in milliseconds since the epoch; Infinity if none does. */
  get nextDueAt(): number {
    return Math.min(this.#delayed.nextDueAt, this.#inFlight.nextDueAt);
  }

  get(id: string): Message | undefined {
    return this.#messages.get(id);
  }

  add(message: Message, delaySeconds: number): void {
    this.#messages.set(message.id, message);
    if (delaySeconds > 0) {
      message.state = 'delayed';
      this.#delayed.add(message, Date.now() + delaySeconds * 1000);
    } else {
      message.state = 'ready';
      this.#ready.push(message);
    }
  }

  /** Takes the next ready message, to be given to `hold` or to `letGo`. */
  shift(): Message | undefined {
    return this.#ready.shift();
  }

  /** Gives up a message that was taken: it has expired, or goes to another queue. */
  letGo(message: Message): void {
    this.#messages.delete(message.id);
  }

  /** Puts a message that was taken in flight until `dueAt`, in milliseconds since the epoch. */
  hold(message: Message, dueAt: number): void {
    const now = Date.now();
    message.state = 'in-flight';
    message.receiveCount++;
    message.receipt++;
    message.firstReceivedAt ??= now;
    message.receivedAt = now;
    this.#noisy.received(message.group);
    this.#inFlight.add(message, dueAt);
  }

  /** Moves the time at which a message in flight becomes ready again. */
  reschedule(message: Message, dueAt: number): void {
    this.#inFlight.remove(message);
    this.#inFlight.add(message, dueAt);
  }

  /** Ends a message's flight: it is ready again, ahead of those that were never received. */
  makeReadyAgain(message: Message): void {
    this.#release(message);
    message.state = 'ready';
    this.#ready.unshift(message);
  }

  remove(message: Message): void {
    const { state } = message;
    message.state = 'gone';
    this.#messages.delete(message.id);
    if (state === 'in-flight') this.#release(message);
    if (state === 'delayed') this.#delayed.remove(message);
    if (state === 'ready') this.#ready.forget();
  }

  clear(): void {
    for (const message of this.#messages.values()) this.remove(message);
  }

  /** What is due becomes ready; what was sent more than `retentionMs` ago vanishes. */
  settle(retentionMs: number): void {
    const now = Date.now();
    for (let m = this.#delayed.shiftDue(now); m !== undefined; m = this.#delayed.shiftDue(now)) {
      m.state = 'ready';
      this.#ready.push(m);
    }
    for (let m = this.#inFlight.shiftDue(now); m !== undefined; m = this.#inFlight.shiftDue(now)) {
      this.makeReadyAgain(m);
    }
    if (now - this.#sweptAt >= SWEEP_EVERY_MS) this.#sweep(now, retentionMs);
  }

  /** The map keeps the order of arrival, so the old ones stand in front (but for dead letters, roughly). */
  #sweep(now: number, retentionMs: number): void {
    this.#sweptAt = now;
    for (const message of this.#messages.values()) {
      if (message.sentAt + retentionMs > now) break;
      this.remove(message);
    }
  }

  #release(message: Message): void {
    this.#inFlight.remove(message);
    this.#noisy.released(message.group, Date.now() - message.receivedAt);
  }
}
