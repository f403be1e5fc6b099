import { TokenBucket } from './token-bucket.ts';

/** What EC2 lets an account launch: so many calls and so many machines, each refilled at 2 a second. */
export class Account {
  readonly #calls = new TokenBucket(5, 2);
  readonly #instances = new TokenBucket(1000, 2);

  /**
   * CreateFleet gives what it can and names the rest as errors.
   * @param now ms
   * @returns how many of so many it launches; `undefined` where there were too many calls
   */
  grant(count: number, now: number): number | undefined {
    if (this.#calls.take(1, now) === 0) return undefined;
    return this.#instances.take(count, now);
  }
}
