import { randomUUID } from 'node:crypto';
import { closeSync, openSync, readSync, unlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** From one place to the next, in bytes: more than a decoder can hold. What is not written takes no room. */
const PLACE_BYTES = 2 ** 32;
/** The first that can be written to; on Linux its files lie in memory. */
const FOLDERS = ['/dev/shm', tmpdir()];

/**
 * A file without a name: a decoder writes pixels to it, each image's in a place of its own, and its worker reads them.
 *
 * Through a pipe they come in pieces of 64 kB, each in a new buffer. V8 looks through its whole heap for garbage by how much
 * is asked for, so that each image's 268 kB cost more than the way they went.
 */
export class PixelFile {
  /** For the decoder to inherit. */
  readonly fd: number;
  readonly #free: number[] = [];
  #places = 0;
  #isOpen = true;

  /** @param folders the first of them that can be written to is taken */
  constructor(folders: readonly string[] = FOLDERS) {
    this.fd = openNameless(folders);
  }

  /** A place, until it is given back. @returns where it begins, in bytes */
  take(): number {
    return this.#free.pop() ?? this.#places++ * PLACE_BYTES;
  }

  giveBack(place: number): void {
    this.#free.push(place);
  }

  /**
   * Fills a buffer from a place on.
   * @throws RangeError where the file ends before
   */
  read(place: number, into: Uint8Array): void {
    if (!this.#isOpen) throw new Error('the file is closed');
    const bytes = readSync(this.fd, into, 0, into.length, place);
    if (bytes < into.length) throw new RangeError(`${bytes} bytes of pixels instead of ${into.length}`);
  }

  /** Its memory is free once the decoder is gone too. A second call does nothing. */
  close(): void {
    if (this.#isOpen) closeSync(this.fd);
    this.#isOpen = false;
  }
}

function openNameless([folder = '', ...others]: readonly string[]): number {
  const path = join(folder, `classifycloud-${randomUUID()}`);
  try {
    const fd = openSync(path, 'wx+', 0o600);
    unlinkSync(path);
    return fd;
  } catch (error) {
    if (others.length === 0) throw error;
    return openNameless(others);
  }
}
