/** A map that holds so many bytes, by what each value is said to take; what was used longest ago goes first. */
export class Lru<V> {
  readonly #limit: number;
  readonly #bytesOf: (key: string, value: V) => number;
  /** By their last use, the oldest first: a Map keeps the order in which its keys came. */
  readonly #entries = new Map<string, { value: V; bytes: number }>();
  #bytes = 0;

  /**
   * @param limit in bytes
   * @param bytesOf what an entry takes, in bytes; asked once, when it is set
   */
  constructor(limit: number, bytesOf: (key: string, value: V) => number) {
    this.#limit = limit;
    this.#bytesOf = bytesOf;
  }

  /** Of all entries together. */
  get bytes(): number {
    return this.#bytes;
  }

  get size(): number {
    return this.#entries.size;
  }

  /** The value, which is now the one that was used last. */
  get(key: string): V | undefined {
    const entry = this.#entries.get(key);
    if (entry === undefined) return undefined;
    this.#entries.delete(key);
    this.#entries.set(key, entry);
    return entry.value;
  }

  /** Keeps the value in place of an earlier one, as the one that was used last; not at all where it is over the limit by itself. */
  set(key: string, value: V): void {
    this.delete(key);
    const bytes = this.#bytesOf(key, value);
    if (bytes > this.#limit) return;
    this.#entries.set(key, { value, bytes });
    this.#bytes += bytes;
    for (const oldest of this.#entries.keys()) {
      if (this.#bytes <= this.#limit) return;
      this.delete(oldest);
    }
  }

  delete(key: string): void {
    const entry = this.#entries.get(key);
    if (entry === undefined) return;
    this.#entries.delete(key);
    this.#bytes -= entry.bytes;
  }
}
