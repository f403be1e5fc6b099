/** The longest pause, in ticks: a minute. */
const LONGEST_TICKS = 12;

/**
 * How long to leave EC2 alone after it said that there were too many calls: one tick is left out, then two, four and so on
 * while it goes on saying so. Its bucket is the account's: others need their share of it, too.
 */
export class Patience {
  #pause = 0;
  #left = 0;

  /** Whether the tick that is due is to be left out; asked once for each. */
  get isNeeded(): boolean {
    return this.#left > 0 && this.#left-- > 0;
  }

  onThrottled(): void {
    this.#pause = Math.min(LONGEST_TICKS, Math.max(1, this.#pause * 2));
    this.#left = this.#pause;
  }

  onAnswered(): void {
    this.#pause = 0;
  }
}
