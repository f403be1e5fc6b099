import { EventEmitter, once } from 'node:events';

/**
 * Memory that the image files in this worker may take together. Past the limit the eldest of them alone goes on, so
 * that they never wait for one another for ever: together they take the limit, what is free to each, and one file at
 * most. A small file never waits, however slowly the large ones of others come.
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
    const share: ByteShare = {
      bytes: 0,
      room: async (signal) => {
        while (!this.#mayGoOn(share)) await once(this.#changes, 'given back', { signal });
      },
      giveBack: () => {
        this.#shares.delete(share);
        this.#changes.emit('given back');
      },
    };
    this.#shares.add(share);
    return share;
  }

  #mayGoOn(share: ByteShare): boolean {
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
  /** Kept by its owner. */
  bytes: number;
  /** Resolves when the file may grow; rejects when the signal aborts. */
  room(signal: AbortSignal): Promise<void>;
  giveBack(): void;
}
