import { DatasetError } from './dataset.ts';

const ZERO = 0x30;
const NINE = 0x39;
const COMMA = 0x2c;
const OPEN = 0x5b;
const CLOSE = 0x5d;

/**
 * Reads `{"data":[[…],[…],…]}`, lists of bytes written as numbers, piece by piece: parsed whole, such a file of 16 MB
 * takes twenty times that in memory. Whatever stands outside of the lists is passed over.
 *
 * @param size How many numbers a list has to have; empty ones are left out.
 */
export class NumberLists {
  /** How many empty lists were left out. */
  empty = 0;
  readonly #size: number;
  readonly #onList: (list: Uint8Array) => void;
  #list: Uint8Array;
  #depth = 0;
  #length = 0;
  /** −1 between numbers. */
  #number = -1;

  constructor(size: number, onList: (list: Uint8Array) => void) {
    this.#size = size;
    this.#onList = onList;
    this.#list = new Uint8Array(size);
  }

  /** @throws {DatasetError} A number over 255, a list of another length, or anything but numbers in one. */
  push(piece: Uint8Array): void {
    for (const byte of piece) {
      if (this.#depth < 2) {
        if (byte === OPEN) this.#depth++;
        else if (byte === CLOSE) this.#depth--;
      } else if (byte >= ZERO && byte <= NINE) {
        this.#number = Math.max(this.#number, 0) * 10 + byte - ZERO;
        if (this.#number > 255) throw new DatasetError('a number over 255 among the pixels');
      } else if (byte === COMMA) {
        this.#endNumber();
      } else if (byte === CLOSE) {
        this.#endList();
      } else {
        throw new DatasetError(`${JSON.stringify(String.fromCharCode(byte))} among the pixels`);
      }
    }
  }

  /** @throws {DatasetError} The file ended within a list. */
  end(): void {
    if (this.#depth !== 0) throw new DatasetError('the file ends in the middle');
  }

  #endNumber(): void {
    if (this.#number < 0 || this.#length === this.#size) {
      throw new DatasetError(`an image that has not ${this.#size} pixels`);
    }
    this.#list[this.#length++] = this.#number;
    this.#number = -1;
  }

  #endList(): void {
    this.#depth--;
    if (this.#length === 0 && this.#number < 0) {
      this.empty++;
      return;
    }
    this.#endNumber();
    if (this.#length !== this.#size) throw new DatasetError(`an image that has not ${this.#size} pixels`);
    this.#onList(this.#list);
    this.#list = new Uint8Array(this.#size);
    this.#length = 0;
  }
}
