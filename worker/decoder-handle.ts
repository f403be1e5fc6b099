import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { ServiceError } from '../shared/errors.ts';
import type { DecodedImage, Wanted } from './decode-image.ts';
import type { Command } from './decoder-command.ts';
import { type Frame, FrameReader, frameParts } from './decoder-frames.ts';
import { type DecoderTask, decoderAnswer } from './decoder-messages.ts';
import { PixelFile } from './pixel-file.ts';
import type { SpareBuffers } from './spare-buffers.ts';
import { bytesOf, type View } from './view.ts';

/** How much of what a decoder said last is kept for the log, in characters. */
const LAST_WORDS = 1_000;
/** One that is not ready by then never will be, in ms. */
const START_MS = 30_000;

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
  views: readonly View[];
  /** In the pixel file. */
  place: number;
  resolve(image: DecodedImage): void;
  reject(error: Error): void;
  hangs: NodeJS.Timeout;
}

/** One decoder, from its start to its death. */
export class DecoderProcess {
  readonly ready: Promise<void>;
  readonly #child: ChildProcessWithoutNullStreams;
  readonly #hangsAfterMs: number;
  readonly #spare: SpareBuffers;
  readonly #pixels: PixelFile;
  readonly #waiting = new Map<number, Waiting>();
  #lastId = 0;
  #lastWords = '';
  #alive = true;
  #onReady: () => void = () => {};

  /** @param spare what pixels are read into */
  constructor({ file, args, env }: Command, hangsAfterMs: number, spare: SpareBuffers) {
    this.#hangsAfterMs = hangsAfterMs;
    this.#spare = spare;
    this.#pixels = new PixelFile();
    const child = this.#spawn(file, args, env);
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
      const late = setTimeout(() => this.kill(), START_MS);
      this.#onReady = () => {
        clearTimeout(late);
        resolve();
      };
      const end = (why: string) => {
        clearTimeout(late);
        this.#alive = false;
        const words = [why, this.#lastWords.trim()].filter(Boolean).join(': ');
        reject(new Error(`the image decoder does not start: ${words}`));
        const died = new DecoderDiedError(`the image decoder died: ${words}`, this.#waiting.size > 1);
        for (const id of this.#waiting.keys()) this.#take(id)?.reject(died);
        this.#pixels.close(); // nobody waits for them any more
      };
      child.on('error', (error) => end(error.message));
      child.on('close', (code, signal) => end(signal ?? `exit code ${code}`));
    });
    this.ready.catch(() => {}); // whoever decodes is told
  }

  #spawn(file: string, args: string[], env: NodeJS.ProcessEnv): ChildProcessWithoutNullStreams {
    const stdio = ['pipe' as const, 'pipe' as const, 'pipe' as const, this.#pixels.fd];
    try {
      return spawn(file, args, { env, stdio }) as ChildProcessWithoutNullStreams;
    } catch (error) {
      this.#pixels.close();
      throw error;
    }
  }

  get pid(): number | undefined {
    return this.#child.pid;
  }

  get alive(): boolean {
    return this.#alive;
  }

  async decode(bytes: Uint8Array, { views, colors }: Wanted): Promise<DecodedImage> {
    await this.ready;
    if (!this.#alive) throw new Error('the image decoder died before it had the image');
    return new Promise((resolve, reject) => {
      const place = this.#pixels.take();
      const id = ++this.#lastId;
      const hangs = setTimeout(() => this.kill(), this.#hangsAfterMs);
      this.#waiting.set(id, { views, place, resolve, reject, hangs });
      const { stdin } = this.#child;
      const task: DecoderTask = { views: [...views], colors, place };
      stdin.cork();
      for (const part of frameParts(id, task, bytes)) stdin.write(part);
      stdin.uncork();
    });
  }

  kill(): void {
    this.#alive = false;
    this.#child.kill('SIGKILL');
  }

  #take(id: number): Waiting | undefined {
    const waiting = this.#waiting.get(id);
    if (!waiting) return undefined;
    this.#waiting.delete(id);
    clearTimeout(waiting.hangs);
    this.#pixels.giveBack(waiting.place);
    return waiting;
  }

  #onFrame({ id, head }: Frame): void {
    const answer = decoderAnswer.parse(head);
    if ('ready' in answer) {
      this.#onReady();
      return;
    }
    if ('image' in answer) {
      const waiting = this.#waiting.get(id);
      if (!waiting) return;
      const { views, release } = this.#read(waiting, answer.bytes);
      this.#take(id);
      waiting.resolve({ ...answer.image, views, release });
    } else if ('failed' in answer) {
      this.#take(id)?.reject(new Error(`the image decoder failed: ${answer.failed}`));
    } else {
      const { code, message, detail } = answer.error;
      this.#take(id)?.reject(new ServiceError(code, message, { cause: new Error(detail) }));
    }
  }

  /** @throws RangeError where the decoder has not written as many bytes as the views have */
  #read({ views, place }: Waiting, written: number): Pick<DecodedImage, 'views' | 'release'> {
    const sizes = views.map(bytesOf);
    const wanted = sizes.reduce((sum, size) => sum + size, 0);
    if (written !== wanted) throw new RangeError(`${written} bytes of pixels`);
    const { bytes, giveBack } = this.#spare.lend(wanted);
    this.#pixels.read(place, bytes);
    let end = 0;
    const cut = sizes.map((size) => {
      end += size;
      return bytes.subarray(end - size, end);
    });
    return { views: cut, release: giveBack };
  }
}
