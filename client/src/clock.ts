/** The server's clock, as far as it is known here. It goes on by this machine's steady clock, which nobody sets. */
export class ServerClock {
  #ahead = Date.now() - performance.now();

  /** ms since the epoch */
  now(): number {
    return performance.now() + this.#ahead;
  }

  /** @param askedAt when the server was asked for its time, by `performance.now()` */
  correct(serverTime: number, askedAt: number): void {
    const answeredAt = performance.now();
    this.#ahead = serverTime - (askedAt + answeredAt) / 2;
  }
}
