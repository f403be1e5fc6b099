import type { Measured } from './load.ts';
import { Tally, type TallyFigures } from './tally.ts';

/** Measurements of the same thing, put together. */
export class Series {
  readonly #tally = new Tally();
  #seconds = 0;

  /** @returns images/s of this measurement alone */
  add({ tally, seconds }: Measured): number {
    this.#tally.addAll(tally);
    this.#seconds += seconds;
    return tally.latenciesMs.length / seconds;
  }

  get latenciesMs(): readonly number[] {
    return this.#tally.latenciesMs;
  }

  figures(): TallyFigures {
    return this.#tally.figures(Math.max(this.#seconds, Number.MIN_VALUE));
  }
}
