/** Of more than this together the eldest goes, in bytes. */
const MOST_BYTES = 4_000_000;

/** Memory that is lent. */
export interface Loan {
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** Once nobody reads it any more; a second call does nothing. What is never given back is garbage like any other. */
  giveBack(): void;
}

/** Buffers of a few sizes that are used again and again: new ones would be garbage to be collected. */
export class SpareBuffers {
  readonly #spare: Uint8Array<ArrayBuffer>[] = [];

  /** @returns `length` bytes of any content */
  lend(length: number): Loan {
    const at = this.#spare.findLastIndex((buffer) => buffer.length === length);
    const [bytes = new Uint8Array(length)] = at < 0 ? [] : this.#spare.splice(at, 1);
    let isLent = true;
    const giveBack = () => {
      if (isLent) this.#keep(bytes);
      isLent = false;
    };
    return { bytes, giveBack };
  }

  #keep(bytes: Uint8Array<ArrayBuffer>): void {
    this.#spare.push(bytes);
    let together = this.#spare.reduce((sum, { length }) => sum + length, 0);
    while (together > MOST_BYTES) together -= this.#spare.shift()?.length ?? together;
  }
}
