/*
 * What goes between the worker and its decoder, both ways: frames of an image's number, a head, which is JSON, and a
 * body of bytes, which only those to the decoder have.
 *
 *   number (4 bytes) │ length of the head (4 bytes) │ length of the body (4 bytes) │ head │ body
 */
const PREFIX = 12;
/** Past these a frame is none of ours, in bytes. */
const MAX_HEAD = 64 * 1024;
const MAX_BODY = 64 * 1024 * 1024;

export interface Frame {
  id: number;
  head: unknown;
  /** In an ArrayBuffer of its own. */
  body: Uint8Array<ArrayBuffer>;
}

/** The parts of a frame, to be written one after the other: its body is not copied. */
export function frameParts(id: number, head: unknown, body?: Uint8Array): Uint8Array[] {
  const text = Buffer.from(JSON.stringify(head));
  const prefix = Buffer.allocUnsafe(PREFIX);
  prefix.writeUInt32LE(id, 0);
  prefix.writeUInt32LE(text.length, 4);
  prefix.writeUInt32LE(body?.length ?? 0, 8);
  const start = Buffer.concat([prefix, text]);
  return body ? [start, body] : [start];
}

/** Puts frames together from chunks as they come. */
export class FrameReader {
  readonly #onFrame: (frame: Frame) => void;
  /** What is being filled, and how far it is. */
  #part = new Uint8Array(PREFIX);
  #filled = 0;
  #prefix: { id: number; head: number; body: number } | undefined;
  #head: unknown;

  constructor(onFrame: (frame: Frame) => void) {
    this.#onFrame = onFrame;
  }

  /** @throws SyntaxError or RangeError where it is no frame; what comes after is not to be read then */
  read(chunk: Uint8Array): void {
    for (let at = 0; at < chunk.length; ) {
      const taken = Math.min(chunk.length - at, this.#part.length - this.#filled);
      this.#part.set(chunk.subarray(at, at + taken), this.#filled);
      this.#filled += taken;
      at += taken;
      while (this.#filled === this.#part.length) this.#next();
    }
  }

  /** A part is full: prefix, head and body follow one another. */
  #next(): void {
    const part = this.#part;
    if (this.#prefix === undefined) {
      const numbers = new DataView(part.buffer);
      const [id, head, body] = [
        numbers.getUint32(0, true),
        numbers.getUint32(4, true),
        numbers.getUint32(8, true),
      ];
      if (head > MAX_HEAD || body > MAX_BODY) throw new RangeError(`a frame of ${head} and ${body} bytes`);
      this.#prefix = { id, head, body };
      this.#begin(head);
    } else if (this.#head === undefined) {
      this.#head = JSON.parse(Buffer.from(part.buffer).toString());
      this.#begin(this.#prefix.body);
    } else {
      const frame = { id: this.#prefix.id, head: this.#head, body: part };
      this.#prefix = undefined;
      this.#head = undefined;
      this.#begin(PREFIX);
      this.#onFrame(frame);
    }
  }

  #begin(length: number): void {
    this.#part = new Uint8Array(length);
    this.#filled = 0;
  }
}
