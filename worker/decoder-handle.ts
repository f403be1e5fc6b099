import { type ChildProcess, spawn } from 'node:child_process';
import { ServiceError } from '../shared/errors.ts';
import type { DecodedImage, Wanted } from './decode-image.ts';
import type { Command } from './decoder-command.ts';
import { type Frame, FrameReader, frameParts } from './decoder-frames.ts';
import { type DecoderTask, decoderAnswer } from './decoder-messages.ts';
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
  resolve(image: DecodedImage): void;
  reject(error: Error): void;
  hangs: NodeJS.Timeout;
}

/** One decoder, from its start to its death. */
export class DecoderProcess {
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

  async decode(bytes: Uint8Array, { views, colors }: Wanted): Promise<DecodedImage> {
    await this.ready;
    if (!this.#alive) throw new Error('the image decoder died before it had the image');
    return new Promise((resolve, reject) => {
      const id = ++this.#lastId;
      const hangs = setTimeout(() => this.kill(), this.#hangsAfterMs);
      this.#waiting.set(id, { views, resolve, reject, hangs });
      const { stdin } = this.#child;
      const task: DecoderTask = { views: [...views], colors };
      stdin?.cork();
      for (const part of frameParts(id, task, bytes)) stdin?.write(part);
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
    if ('image' in answer) {
      const views = cut(body, this.#waiting.get(id)?.views ?? []);
      this.#take(id)?.resolve({ ...answer.image, views });
    } else {
      const { code, message, detail } = answer.error;
      this.#take(id)?.reject(new ServiceError(code, message, { cause: new Error(detail) }));
    }
  }
}

/** @throws RangeError where the bytes are not those of the views */
function cut(body: Uint8Array<ArrayBuffer>, views: readonly View[]): Uint8Array<ArrayBuffer>[] {
  const sizes = views.map(bytesOf);
  if (body.length !== sizes.reduce((sum, size) => sum + size, 0))
    throw new RangeError(`${body.length} bytes of pixels`);
  if (views.length === 1) return [body];
  let end = 0;
  return sizes.map((size) => {
    end += size;
    return body.slice(end - size, end);
  });
}
