import { EventQueue } from './event-queue.ts';

/** The time of a simulation, in ms from its beginning, and what is to happen in it. */
export class Clock {
  now = 0;
  readonly #events = new EventQueue();

  /** When the next event is; Infinity where there is none. */
  get nextAt(): number {
    return this.#events.nextAt;
  }

  at(at: number, run: () => void | Promise<void>): void {
    this.#events.add({ at: Math.max(at, this.now), run });
  }

  every(periodMs: number, first: number, run: () => void | Promise<void>): void {
    const again = (at: number) =>
      this.at(at, () => {
        again(at + periodMs);
        return run();
      });
    again(first);
  }

  /** Lets the next event happen. @returns what it is to be waited for */
  runNext(): void | Promise<void> {
    return this.#events.take()?.run();
  }
}
