import type { DecodedImage, Wanted } from './decode-image.ts';
import { type Command, decoderCommand } from './decoder-command.ts';
import { DecoderDiedError, DecoderProcess } from './decoder-handle.ts';
import { SpareBuffers } from './spare-buffers.ts';
import { Turns } from './turns.ts';

/** Decoding itself is given 10 s; a decoder that does not answer then hangs. In ms. */
const HANGS_AFTER_MS = 12_000;

export interface ImageDecoderOptions {
  /** Images decoded at the same time. */
  atOnce: number;
  command?: Command;
  hangsAfterMs?: number;
}

/**
 * Decodes images in a process of its own, so that one which crashes or hangs its decoder, or wants more memory than
 * there is for one, costs itself and nothing else: the worker goes on, and so do the images that were decoded beside
 * it. A decoder that died is started again with the next image.
 */
export class ImageDecoder {
  readonly #command: Command;
  readonly #hangsAfterMs: number;
  readonly #alone = new Turns(1);
  readonly #spare = new SpareBuffers();
  #process: DecoderProcess | undefined;

  constructor({
    atOnce,
    command = decoderCommand(atOnce),
    hangsAfterMs = HANGS_AFTER_MS,
  }: ImageDecoderOptions) {
    this.#command = command;
    this.#hangsAfterMs = hangsAfterMs;
  }

  /** Gets the decoder ready; rejects where it cannot be started. @returns its process id */
  async start(): Promise<number | undefined> {
    const { ready, pid } = this.#running();
    await ready;
    return pid;
  }

  /**
   * See `decodeImage`.
   * @throws ServiceError where the image is at fault
   * @throws DecoderDiedError where this image killed the decoder
   * @throws Error where the decoder cannot be started
   */
  async decode(bytes: Uint8Array, wanted: Wanted): Promise<DecodedImage> {
    try {
      return await this.#running().decode(bytes, wanted);
    } catch (error) {
      if (!(error instanceof DecoderDiedError && error.shared)) throw error;
    }
    // One of several was to blame; each is given a decoder of its own, one at a time.
    return this.#alone.run(() => this.#decodeAlone(bytes, wanted));
  }

  /** Ends the decoder, and what it was doing. */
  close(): void {
    this.#process?.kill();
  }

  #running(): DecoderProcess {
    if (!this.#process?.alive) this.#process = this.#newProcess();
    return this.#process;
  }

  async #decodeAlone(bytes: Uint8Array, wanted: Wanted): Promise<DecodedImage> {
    const own = this.#newProcess();
    try {
      return await own.decode(bytes, wanted);
    } finally {
      own.kill();
    }
  }

  #newProcess(): DecoderProcess {
    return new DecoderProcess(this.#command, this.#hangsAfterMs, this.#spare);
  }
}
