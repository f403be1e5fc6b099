import { Presets, SingleBar } from 'cli-progress';

/** How far a run is: a bar with rate and remaining time on a terminal, and nothing elsewhere. On stderr. */
export class Progress {
  readonly #bar: SingleBar | undefined;
  readonly #begunAt = performance.now();
  #total = 0;
  #done = 0;

  constructor(stream: NodeJS.WriteStream = process.stderr) {
    if (!stream.isTTY) return;
    const format = '{bar} {value}/{total} | {rate} images/s | {eta_formatted} left';
    this.#bar = new SingleBar(
      {
        format,
        stream,
        hideCursor: true,
        clearOnComplete: true,
        forceRedraw: true,
        barsize: 24,
        etaBuffer: 100,
      },
      Presets.shades_classic,
    );
    this.#bar.start(0, 0, { rate: '–' });
  }

  expect(count: number): void {
    this.#total += count;
    this.#bar?.setTotal(this.#total);
  }

  done(): void {
    this.#done++;
    const rate = this.#done / ((performance.now() - this.#begunAt) / 1000);
    this.#bar?.update(this.#done, { rate: rate.toFixed(1) });
  }

  /** Writes a line without the bar in its way, which is drawn again in a moment. */
  print(write: () => void): void {
    if (this.#bar) process.stderr.write('\r\x1b[K');
    write();
  }

  stop(): void {
    this.#bar?.stop();
  }
}
