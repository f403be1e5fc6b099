const OFFSET_BYTES = 4;

/**
 * One table of a FlatBuffer, read in place. Fields go by the number they have in the schema; a field that
 * the file leaves out has its schema's default.
 *
 * @see https://flatbuffers.dev/internals/
 */
export class FlatbufferTable {
  readonly #file: Buffer;
  readonly #start: number;

  private constructor(file: Buffer, start: number) {
    this.#file = file;
    this.#start = start;
  }

  /** The table that the file's first word points at. */
  static root(file: Buffer): FlatbufferTable {
    return new FlatbufferTable(file, file.readUInt32LE(0));
  }

  int8(field: number, fallback = 0): number {
    const at = this.#find(field);
    return at === undefined ? fallback : this.#file.readInt8(at);
  }

  int32(field: number, fallback = 0): number {
    const at = this.#find(field);
    return at === undefined ? fallback : this.#file.readInt32LE(at);
  }

  int32s(field: number): number[] {
    return this.#vector(field, 4, (at) => this.#file.readInt32LE(at));
  }

  /** 64-bit integers as numbers: exact for what a model holds here, zero points. */
  int64s(field: number): number[] {
    return this.#vector(field, 8, (at) => Number(this.#file.readBigInt64LE(at)));
  }

  float32s(field: number): number[] {
    return this.#vector(field, 4, (at) => this.#file.readFloatLE(at));
  }

  table(field: number): FlatbufferTable | undefined {
    const at = this.#find(field);
    return at === undefined ? undefined : new FlatbufferTable(this.#file, this.#follow(at));
  }

  tables(field: number): FlatbufferTable[] {
    return this.#vector(field, 4, (at) => new FlatbufferTable(this.#file, this.#follow(at)));
  }

  /** A vector of bytes, or a string's, without a copy. */
  bytes(field: number): Buffer | undefined {
    const at = this.#find(field);
    if (at === undefined) return undefined;
    const vector = this.#follow(at);
    const first = vector + OFFSET_BYTES;
    return this.#file.subarray(first, first + this.#file.readUInt32LE(vector));
  }

  #follow(at: number): number {
    return at + this.#file.readUInt32LE(at);
  }

  /** Where a field's value lies, by way of the table's vtable. */
  #find(field: number): number | undefined {
    const vtable = this.#start - this.#file.readInt32LE(this.#start);
    const slot = 4 + 2 * field;
    if (slot >= this.#file.readUInt16LE(vtable)) return undefined;
    const offset = this.#file.readUInt16LE(vtable + slot);
    return offset === 0 ? undefined : this.#start + offset;
  }

  #vector<T>(field: number, itemBytes: number, read: (at: number) => T): T[] {
    const at = this.#find(field);
    if (at === undefined) return [];
    const vector = this.#follow(at);
    const length = this.#file.readUInt32LE(vector);
    return Array.from({ length }, (_, i) => read(vector + OFFSET_BYTES + itemBytes * i));
  }
}
