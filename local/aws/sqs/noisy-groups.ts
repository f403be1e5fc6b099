const HALF_LIFE_MS = 30_000;
const NOISY_SHARE = 0.1;
const NOISY_IN_FLIGHT = 30;
/** Weights double every half-life; beyond this all is scaled down again. */
const LARGEST_WEIGHT = 2 ** 40;
const NEGLIGIBLE_MS = 0.01;

/**
 * Tells which message groups take more than their share of the consumers, by the two measures that the SQS
 * developer guide gives ("How Amazon SQS fair queues work"): at least 30 messages and more than 10 % of those
 * in flight, or more than 10 % of the recent processing time.
 */
export class NoisyGroups {
  #inFlight = new Map<string, number>();
  #allInFlight = 0;
  #processing = new Map<string, number>();
  #allProcessing = 0;
  #epoch = Date.now();

  received(group: string | undefined): void {
    this.#allInFlight++;
    if (group !== undefined) this.#inFlight.set(group, (this.#inFlight.get(group) ?? 0) + 1);
  }

  /** A message left the in-flight state after `heldMs` milliseconds with a consumer. */
  released(group: string | undefined, heldMs: number): void {
    this.#allInFlight--;
    const weighted = heldMs * this.#weight();
    this.#allProcessing += weighted;
    if (group === undefined) return;
    const left = (this.#inFlight.get(group) ?? 1) - 1;
    if (left > 0) this.#inFlight.set(group, left);
    else this.#inFlight.delete(group);
    this.#processing.set(group, (this.#processing.get(group) ?? 0) + weighted);
  }

  /** A message without a group is a tenant of its own, hence never noisy. */
  isNoisy(group: string | undefined): boolean {
    if (group === undefined) return false;
    const inFlight = this.#inFlight.get(group) ?? 0;
    if (inFlight >= NOISY_IN_FLIGHT && inFlight > NOISY_SHARE * this.#allInFlight) return true;
    return (this.#processing.get(group) ?? 0) > NOISY_SHARE * this.#allProcessing;
  }

  /** New time weighs more, which is the same as letting old time decay, without touching every group. */
  #weight(): number {
    const weight = 2 ** ((Date.now() - this.#epoch) / HALF_LIFE_MS);
    if (weight < LARGEST_WEIGHT) return weight;
    for (const [group, time] of this.#processing) {
      const scaled = time / weight;
      if (scaled < NEGLIGIBLE_MS) this.#processing.delete(group);
      else this.#processing.set(group, scaled);
    }
    this.#allProcessing /= weight;
    this.#epoch = Date.now();
    return 1;
  }
}
