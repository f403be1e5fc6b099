/** Something that falls due. `slot` is the schedule's own: its place in the heap, −1 when in none. */
export interface Due {
  /** Milliseconds since the epoch. */
  dueAt: number;
  slot: number;
}

/** A binary heap by due time from which any item can be taken out: O(log n), no timer per item. */
export class Schedule<T extends Due> {
  #heap: T[] = [];

  get size(): number {
    return this.#heap.length;
  }

  /** When the next item falls due, in milliseconds since the epoch; Infinity when there is none. */
  get nextDueAt(): number {
    return this.#heap[0]?.dueAt ?? Number.POSITIVE_INFINITY;
  }

  add(item: T, dueAt: number): void {
    item.dueAt = dueAt;
    this.#heap.push(item);
    this.#rise(item, this.#heap.length - 1);
  }

  remove(item: T): void {
    const { slot } = item;
    if (this.#heap[slot] !== item) return;
    item.slot = -1;
    const last = this.#heap.pop();
    if (last === undefined || last === item) return;
    if (!this.#rise(last, slot)) this.#sink(last, slot);
  }

  /** Takes out the item that has been due longest, if any is due at `now`. */
  shiftDue(now: number): T | undefined {
    const first = this.#heap[0];
    if (first === undefined || first.dueAt > now) return undefined;
    this.remove(first);
    return first;
  }

  /** Puts the item where it belongs at or above `slot`; tells whether it moved up. */
  #rise(item: T, slot: number): boolean {
    let at = slot;
    while (at > 0) {
      const above = (at - 1) >> 1;
      const parent = this.#heap[above];
      if (parent === undefined || parent.dueAt <= item.dueAt) break;
      this.#place(parent, at);
      at = above;
    }
    this.#place(item, at);
    return at !== slot;
  }

  #sink(item: T, slot: number): void {
    let at = slot;
    for (;;) {
      const left = this.#heap[2 * at + 1];
      const right = this.#heap[2 * at + 2];
      const lesser = right !== undefined && left !== undefined && right.dueAt < left.dueAt ? right : left;
      if (lesser === undefined || lesser.dueAt >= item.dueAt) break;
      const below = lesser.slot;
      this.#place(lesser, at);
      at = below;
    }
    this.#place(item, at);
  }

  #place(item: T, slot: number): void {
    this.#heap[slot] = item;
    item.slot = slot;
  }
}
