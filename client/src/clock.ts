/** HTTP tells the time in whole seconds. */
const COARSE_MS = 3_000;

/** The server's clock, as far as it is known here. It goes on by this machine's steady clock, which nobody sets. */
export class ServerClock {
  #ahead = Date.now() - performance.now();

  /** ms since the epoch */
  now(): number {
    return performance.now() + this.#ahead;
  }

  /**
   * Takes the time that the server told.
   * @param askedAt when it was asked, by `performance.now()`
   */
  correct(serverTime: number, askedAt: number): void {
    this.#ahead = serverTime - (askedAt + performance.now()) / 2;
  }

  /** Takes the time of a header `Date`, where what is known cannot be right. */
  correctBy(date: string | null, askedAt: number): void {
    const time = Date.parse(date ?? '');
    if (Math.abs(time - this.now()) > COARSE_MS) this.correct(time, askedAt);
  }
}
