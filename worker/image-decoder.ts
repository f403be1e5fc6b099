import { type ChildProcess, spawn } from 'node:child_process';
import { ServiceError } from '../shared/errors.ts';
import type { DecodedImage } from './decode-image.ts';
import { type Command, decoderCommand } from './decoder-command.ts';
import { type Frame, FrameReader, frameParts } from './decoder-frames.ts';
import { decoderAnswer } from './decoder-messages.ts';
import { IMAGE_BYTES } from './engines/engine.ts';
import { Turns } from './turns.ts';

/** Decoding itself is given 10 s; a decoder that does not answer then hangs. In ms. */
const HANGS_AFTER_MS = 12_000;
/** How much of what a decoder said last is kept for the log, in characters. */
const LAST_WORDS = 1_000;

/** The decoder died while it had this image, or hung. Whether the image is to blame shows when it happens again. */
export class DecoderDiedError extends ServiceError {
  /** It had others, too. */
  readonly shared: boolean;
  constructor(why: string, shared: boolean) {
    super('INTERNAL', undefined, { cause: new Error(why) });
    this.shared = shared;
  }
}

interface Waiting {
  resolve(image: DecodedImage): void;
  reject(error: Error): void;
  hangs: NodeJS.Timeout;
}

/** One decoder, from its start to its death. */
class DecoderProcess {
  readonly ready: Promise<void>;
  readonly #child: ChildProcess;
  readonly #hangsAfterMs: number;
  readonly #waiting = new Map<number, Waiting>();
  #lastId = 0;
  #lastWords = '';
  #alive = true;
  #onReady: () => void = () => {};

  constructor({ file, args, env }: Command, hangsAfterMs: number) {
    this.#hangsAfterMs = hangsAfterMs;
    const child = spawn(file, args, { env, stdio: ['pipe', 'pipe', 'pipe'] });
    this.#child = child;
    const say = (words: unknown) => {
      this.#lastWords = `${this.#lastWords}${words}`.slice(-LAST_WORDS);
    };
    child.stderr.on('data', say);
    const reader = new FrameReader((frame) => this.#onFrame(frame));
    child.stdout.on('data', (chunk: Buffer) => {
      try {
        reader.read(chunk);
      } catch (error) {
        say(error); // an image that took it over is no reason to follow it
        this.kill();
      }
    });
    child.stdin.on('error', () => {}); // its death is told below
    this.ready = new Promise((resolve, reject) => {
      this.#onReady = resolve;
      const end = (why: string) => {
        this.#alive = false;
        const words = [why, this.#lastWords.trim()].filter(Boolean).join(': ');
        reject(new Error(`the image decoder does not start: ${words}`));
        const died = new DecoderDiedError(`the image decoder died: ${words}`, this.#waiting.size > 1);
        for (const id of this.#waiting.keys()) this.#take(id)?.reject(died);
      };
      child.on('error', (error) => end(error.message));
      child.on('close', (code, signal) => end(signal ?? `exit code ${code}`));
    });
    this.ready.catch(() => {}); // whoever decodes is told
  }

  get pid(): number | undefined {
    return this.#child.pid;
  }

  get alive(): boolean {
    return this.#alive;
  }

  async decode(bytes: Uint8Array): Promise<DecodedImage> {
    await this.ready;
    if (!this.#alive) throw new Error('the image decoder died before it had the image');
    return new Promise((resolve, reject) => {
      const id = ++this.#lastId;
      const hangs = setTimeout(() => this.kill(), this.#hangsAfterMs);
      this.#waiting.set(id, { resolve, reject, hangs });
      const { stdin } = this.#child;
      stdin?.cork();
      for (const part of frameParts(id, {}, bytes)) stdin?.write(part);
      stdin?.uncork();
    });
  }

  kill(): void {
    this.#alive = false;
    this.#child.kill('SIGKILL');
  }

  #take(id: number): Waiting | undefined {
    const waiting = this.#waiting.get(id);
    this.#waiting.delete(id);
    clearTimeout(waiting?.hangs);
    return waiting;
  }

  #onFrame({ id, head, body }: Frame): void {
    const answer = decoderAnswer.parse(head);
    if ('ready' in answer) {
      this.#onReady();
      return;
    }
    if ('image' in answer && body.length !== IMAGE_BYTES)
      throw new RangeError(`${body.length} bytes of pixels`);
    const waiting = this.#take(id);
    if ('image' in answer) {
      waiting?.resolve({ ...answer.image, rgb: body });
    } else {
      const { code, message, detail } = answer.error;
      waiting?.reject(new ServiceError(code, message, { cause: new Error(detail) }));
    }
  }
}

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
  async decode(bytes: Uint8Array): Promise<DecodedImage> {
    try {
      return await this.#running().decode(bytes);
    } catch (error) {
      if (!(error instanceof DecoderDiedError && error.shared)) throw error;
    }
    // One of several was to blame; each is given a decoder of its own, one at a time.
    return this.#alone.run(() => this.#decodeAlone(bytes));
  }

  /** Ends the decoder, and what it was doing. */
  close(): void {
    this.#process?.kill();
  }

  #running(): DecoderProcess {
    if (!this.#process?.alive) this.#process = new DecoderProcess(this.#command, this.#hangsAfterMs);
    return this.#process;
  }

  async #decodeAlone(bytes: Uint8Array): Promise<DecodedImage> {
    const own = new DecoderProcess(this.#command, this.#hangsAfterMs);
    try {
      return await own.decode(bytes);
    } finally {
      own.kill();
    }
  }
}
