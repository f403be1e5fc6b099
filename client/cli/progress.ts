import { Presets, SingleBar } from 'cli-progress';

type Terminal = NodeJS.WritableStream & { isTTY?: boolean };

const BAR = '{bar} {value}/{total} | {rate} images/s | {left} left';

const CLEAR_LINE = '\r\x1b[K';
/** In the end the bar puts the cursor back to where it was saved: that has to be the bar's own line by then. */
const SAVE_CURSOR = '\x1b7';

/** How far a run is: a bar with rate and remaining time on a terminal, and nothing elsewhere. On stderr. */
export class Progress {
  readonly #stream: Terminal;
  #bar: SingleBar | undefined;
  readonly #begunAt = performance.now();
  #total = 0;
  #done = 0;

  constructor(stream: Terminal = process.stderr) {
    this.#stream = stream;
    if (!stream.isTTY) return;
    const options = { format: BAR, stream, hideCursor: true, clearOnComplete: true, forceRedraw: true };
    this.#bar = new SingleBar({ ...options, barsize: 24 }, Presets.shades_classic);
    this.#bar.start(0, 0, { rate: '–', left: '–' });
  }

  expect(count: number): void {
    this.#total += count;
    this.#bar?.setTotal(this.#total);
  }

  done(): void {
    this.#done++;
    const perSecond = this.#done / ((performance.now() - this.#begunAt) / 1000);
    const left = timeText((this.#total - this.#done) / perSecond);
    this.#bar?.update(this.#done, { rate: perSecond.toFixed(1), left });
  }

  /** Writes a line where the bar was, and the bar below it. */
  print(write: () => void): void {
    if (this.#bar) this.#stream.write(CLEAR_LINE);
    write();
    if (!this.#bar) return;
    this.#stream.write(SAVE_CURSOR);
    this.#bar.render();
  }

  stop(): void {
    this.#bar?.stop();
    this.#bar = undefined;
  }
}

/** Seconds as `8 s`, `12 min`, `2.5 h`. */
function timeText(seconds: number): string {
  if (seconds < 99.5) return `${Math.round(seconds)} s`;
  const minutes = seconds / 60;
  return minutes < 99.5 ? `${Math.round(minutes)} min` : `${(minutes / 60).toFixed(1)} h`;
}
