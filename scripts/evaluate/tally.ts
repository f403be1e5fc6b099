const FIRST_FEW = 5;

/** How often images of one class were taken for another. */
export interface Confusion {
  /** Index of the class that it is. */
  readonly actual: number;
  /** Index of the class that it was taken for. */
  readonly predicted: number;
  readonly count: number;
}

/** Counts right and wrong answers. */
export class Tally {
  #images = 0;
  #best = 0;
  #amongFive = 0;
  readonly #confusions = new Map<string, Confusion>();

  /**
   * @param actual Indices of the classes that are right.
   * @param ranked Indices of the classes that the net saw, best first.
   */
  add(actual: readonly number[], ranked: readonly number[]): void {
    const right = (index: number) => actual.includes(index);
    this.#images++;
    if (ranked.slice(0, FIRST_FEW).some(right)) this.#amongFive++;
    if (ranked.slice(0, 1).some(right)) this.#best++;
    else this.#confuse(actual[0] ?? 0, ranked[0] ?? 0);
  }

  get images(): number {
    return this.#images;
  }

  /** Share of the images whose best label is right, 0..1; not a number without images. */
  get top1(): number {
    return this.#best / this.#images;
  }

  /** Share of the images whose class is among the best five, 0..1. */
  get top5(): number {
    return this.#amongFive / this.#images;
  }

  /** The most frequent first; equals by index. */
  confusions(): Confusion[] {
    return [...this.#confusions.values()].sort(
      (a, b) => b.count - a.count || a.actual - b.actual || a.predicted - b.predicted,
    );
  }

  #confuse(actual: number, predicted: number): void {
    const key = `${actual} ${predicted}`;
    const count = (this.#confusions.get(key)?.count ?? 0) + 1;
    this.#confusions.set(key, { actual, predicted, count });
  }
}
