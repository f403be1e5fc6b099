/** What happens at a time; a promise is waited for before time goes on. */
export interface Event {
  /** ms */
  at: number;
  run(): void | Promise<void>;
}

/** Events by time, and of those at the same time by when they were added: a binary heap. */
export class EventQueue {
  readonly #heap: { event: Event; order: number }[] = [];
  #added = 0;

  /** When the next event is; Infinity where there is none. */
  get nextAt(): number {
    return this.#heap[0]?.event.at ?? Number.POSITIVE_INFINITY;
  }

  add(event: Event): void {
    const heap = this.#heap;
    const entry = { event, order: this.#added++ };
    let index = heap.push(entry) - 1;
    while (index > 0) {
      const parent = (index - 1) >> 1;
      if (!this.#before(index, parent)) return;
      this.#swap(index, parent);
      index = parent;
    }
  }

  take(): Event | undefined {
    const heap = this.#heap;
    const first = heap[0];
    const last = heap.pop();
    if (!first || !last || heap.length === 0) return first?.event;
    heap[0] = last;
    for (let index = 0; ; ) {
      const left = 2 * index + 1;
      const right = left + 1;
      const child = right < heap.length && this.#before(right, left) ? right : left;
      if (child >= heap.length || !this.#before(child, index)) return first.event;
      this.#swap(index, child);
      index = child;
    }
  }

  #before(a: number, b: number): boolean {
    const one = this.#heap[a];
    const other = this.#heap[b];
    if (!one || !other) return false;
    return one.event.at < other.event.at || (one.event.at === other.event.at && one.order < other.order);
  }

  #swap(a: number, b: number): void {
    const one = this.#heap[a];
    const other = this.#heap[b];
    if (!one || !other) return;
    this.#heap[a] = other;
    this.#heap[b] = one;
  }
}
