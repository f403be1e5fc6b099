/** EC2's limit on an account: what is not used comes back at a steady rate, up to the bucket's size. */
export class TokenBucket {
  readonly #size: number;
  readonly #perSecond: number;
  #tokens: number;
  #at = 0;

  constructor(size: number, perSecond: number) {
    this.#size = size;
    this.#perSecond = perSecond;
    this.#tokens = size;
  }

  /** Takes up to `count` at the time `now`, in ms. @returns how many it gave */
  take(count: number, now: number): number {
    const refilled = (Math.max(0, now - this.#at) / 1000) * this.#perSecond;
    this.#tokens = Math.min(this.#size, this.#tokens + refilled);
    this.#at = now;
    const given = Math.min(count, Math.floor(this.#tokens));
    this.#tokens -= given;
    return given;
  }
}
