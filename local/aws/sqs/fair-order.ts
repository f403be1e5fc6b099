import { Deque } from './deque.ts';
import type { Message } from './message.ts';
import type { NoisyGroups } from './noisy-groups.ts';

/**
 * The ready messages in the order in which a fair queue hands them out: oldest first, but those of noisy groups
 * after all others, one group in turn with the next. A message is set aside at most once for each time it
 * becomes ready, so a take costs constant time on average.
 */
export class FairOrder {
  #arrivals = new Deque<Message>();
  /** Messages set aside, by group; the map's order is the groups' turn. */
  #setAside = new Map<string, Deque<Message>>();
  #size = 0;

  #noisy: NoisyGroups;

  constructor(noisy: NoisyGroups) {
    this.#noisy = noisy;
  }

  get size(): number {
    return this.#size;
  }

  push(message: Message): void {
    this.#arrivals.push(message);
    this.#size++;
  }

  /** For a message that has waited before: it goes ahead of the others. */
  unshift(message: Message): void {
    this.#arrivals.unshift(message);
    this.#size++;
  }

  /** To be called once a message in it is no longer `ready`: its place is given up, at the latest in its turn. */
  forget(): void {
    this.#size--;
    while (this.#arrivals.size > 0 && this.#arrivals.peek()?.state !== 'ready') this.#arrivals.shift();
  }

  /** Takes out the next message. */
  shift(): Message | undefined {
    const message = this.#shiftQuietened() ?? this.#shiftQuiet() ?? this.#shiftSetAside();
    if (message !== undefined) this.#size--;
    return message;
  }

  #shiftQuiet(): Message | undefined {
    for (;;) {
      const message = this.#arrivals.shift();
      if (message === undefined) return undefined;
      if (message.state !== 'ready') continue;
      if (message.group === undefined || !this.#noisy.isNoisy(message.group)) return message;
      const lane = this.#setAside.get(message.group) ?? new Deque<Message>();
      lane.push(message);
      this.#setAside.set(message.group, lane);
    }
  }

  /** A group that is quiet again need not wait for everyone else: its oldest message goes first. */
  #shiftQuietened(): Message | undefined {
    const [next] = this.#setAside;
    if (next === undefined || this.#noisy.isNoisy(next[0])) return undefined;
    return this.#shiftLane(...next);
  }

  #shiftSetAside(): Message | undefined {
    for (const [group, lane] of this.#setAside) {
      const message = this.#shiftLane(group, lane);
      if (message !== undefined) return message;
    }
    return undefined;
  }

  #shiftLane(group: string, lane: Deque<Message>): Message | undefined {
    this.#setAside.delete(group);
    let message = lane.shift();
    while (message !== undefined && message.state !== 'ready') message = lane.shift();
    if (lane.size > 0) this.#setAside.set(group, lane);
    return message;
  }
}
