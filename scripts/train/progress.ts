import { Presets, SingleBar } from 'cli-progress';
import type { EpochFigures } from '../../training/fit.ts';
import type { FitProgress } from '../../training/steps.ts';
import { percent } from './report.ts';

/** How far it is, on stderr: a bar on a terminal; elsewhere a line for each step of the preparation and each epoch. */
export class TrainingProgress {
  /** How many were over so far. */
  epochs = 0;
  readonly #stream: NodeJS.WriteStream;
  #bar: SingleBar | undefined;
  #told = '';

  constructor(stream: NodeJS.WriteStream = process.stderr) {
    this.#stream = stream;
  }

  /** A step of the preparation. */
  step({ what, done, total }: { what: string; done: number; total: number }): void {
    this.#update(what, done, total, what);
  }

  fitting(name: string, { epoch, step, steps, loss, accuracy }: FitProgress): void {
    const figures = `loss ${loss.toFixed(3)} | accuracy ${percent(accuracy)}`;
    this.#update(`${name} epoch ${epoch}`, step, steps, `${name}, epoch ${epoch} | ${figures}`);
  }

  /** An epoch is over: its figures stay. */
  epoch(name: string, { epoch, seconds, training, validation }: EpochFigures, epochs: number): void {
    this.stop();
    this.epochs++;
    this.#stream.write(
      `${name}, epoch ${epoch} of ${epochs}: training ${percent(training.accuracy)}, ` +
        `validation ${percent(validation.accuracy)}, loss ${validation.loss.toFixed(3)}, ${seconds.toFixed(1)} s\n`,
    );
  }

  /** Takes the bar away. */
  stop(): void {
    this.#bar?.stop();
    this.#bar = undefined;
    this.#told = '';
  }

  #update(part: string, done: number, total: number, text: string): void {
    const begins = part !== this.#told;
    if (begins) this.stop();
    this.#told = part;
    if (!this.#stream.isTTY) {
      if (begins && !part.includes(' epoch ')) this.#stream.write(`${part}\n`);
      return;
    }
    if (this.#bar === undefined) {
      const format = '{bar} {percentage} % | {text} | {eta_formatted} left';
      this.#bar = new SingleBar(
        { format, stream: this.#stream, hideCursor: true, clearOnComplete: true, barsize: 20 },
        Presets.shades_classic,
      );
      this.#bar.start(total, done, { text });
    }
    this.#bar.update(done, { text });
  }
}
