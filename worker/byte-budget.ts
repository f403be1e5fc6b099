import { EventEmitter, once } from 'node:events';

/**
 * Memory that the image files in this worker may take together. Past the limit the eldest of them alone grows, so
 * that they never wait for one another for ever: together they take the limit, what is free to each, one chunk and one
 * file at most. A small file never waits, however slowly the large ones of others come.
 */
export class ByteBudget {
  readonly #limit: number;
  readonly #freeToEach: number;
  readonly #changes = new EventEmitter().setMaxListeners(0);
  /** By age. */
  readonly #shares = new Set<ByteShare>();

  /**
   * @param limit in bytes
   * @param freeToEach what any file may take beside that, in bytes
   */
  constructor(limit: number, freeToEach = 0) {
    this.#limit = limit;
    this.#freeToEach = freeToEach;
  }

  /** A share for one file, empty at first; it counts until it is given back. */
  open(): ByteShare {
    let bytes = 0;
    const share: ByteShare = {
      get bytes() {
        return bytes;
      },
      grow: async (more, signal) => {
        while (!this.#mayGrow(share)) await once(this.#changes, 'less', { signal });
        bytes += more;
      },
      clear: () => {
        bytes = 0;
        this.#changes.emit('less');
      },
      giveBack: () => {
        this.#shares.delete(share);
        this.#changes.emit('less');
      },
    };
    this.#shares.add(share);
    return share;
  }

  #mayGrow(share: ByteShare): boolean {
    const [eldest] = this.#shares;
    return share === eldest || share.bytes < this.#freeToEach || this.#counted() < this.#limit;
  }

  #counted(): number {
    let sum = 0;
    for (const { bytes } of this.#shares) sum += Math.max(0, bytes - this.#freeToEach);
    return sum;
  }
}

export interface ByteShare {
  readonly bytes: number;
  /** Waits until the file may grow, and counts what is added; rejects when the signal aborts. In bytes. */
  grow(more: number, signal: AbortSignal): Promise<void>;
  /** Counts nothing of the file any more; it may grow again. */
  clear(): void;
  giveBack(): void;
}
