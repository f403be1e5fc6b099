import { Presets, SingleBar } from 'cli-progress';

/** Which step of several is under way: a bar with a clock on a terminal, a line a step elsewhere. On stderr. */
export class StepProgress {
  readonly #count: number;
  readonly #bar: SingleBar | undefined;
  #begun = 0;

  constructor(count: number) {
    this.#count = count;
    if (!process.stderr.isTTY) return;
    const format = '{bar} {value}/{total} | {duration_formatted} | {title}';
    this.#bar = new SingleBar(
      { format, hideCursor: true, clearOnComplete: true, barsize: 20 },
      Presets.shades_classic,
    );
    this.#bar.start(count, 0, { title: '' });
  }

  /** The next step begins. */
  begin(title: string): void {
    this.#begun++;
    if (this.#bar === undefined) process.stderr.write(`${this.#begun}/${this.#count} ${title}\n`);
    else this.#bar.update(this.#begun, { title });
  }

  /** Takes the bar away. */
  stop(): void {
    this.#bar?.stop();
  }
}
