/** The requests of a trace, and the queue that they wait in. Times in ms. */
export class Jobs {
  readonly arrivals: Float64Array;
  /** From arrival to answer; NaN where there was none in time. */
  readonly tookMs: Float64Array;
  readonly #timeoutMs: number;
  #arrived = 0;
  /** Of those that arrived in their turn, the next to be taken. */
  #next = 0;
  /** Those that show up again, because their worker was killed: they come first. */
  #again: number[] = [];
  #settled = 0;
  #held = 0;

  constructor(arrivals: Float64Array, timeoutMs: number) {
    this.arrivals = arrivals;
    this.tookMs = new Float64Array(arrivals.length).fill(Number.NaN);
    this.#timeoutMs = timeoutMs;
  }

  get nextArrival(): number {
    return this.arrivals[this.#arrived] ?? Number.POSITIVE_INFINITY;
  }
  get noneArrives(): boolean {
    return this.#arrived === this.arrivals.length;
  }
  get lastDeadline(): number {
    return (this.arrivals[this.arrivals.length - 1] ?? 0) + this.#timeoutMs;
  }
  get allSettled(): boolean {
    return this.#settled === this.arrivals.length;
  }
  get visible(): number {
    return this.#arrived - this.#next + this.#again.length;
  }
  get inFlight(): number {
    return this.#held;
  }
  get arrived(): number {
    return this.#arrived;
  }

  /** How many of those that have arrived had by then, in ms. */
  arrivedBy(at: number): number {
    let low = 0;
    for (let high = this.#arrived; low < high; ) {
      const middle = (low + high) >> 1;
      if ((this.arrivals[middle] ?? 0) <= at) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  arrive(): void {
    this.#arrived++;
  }

  /** The next message for a worker with room. */
  take(): number | undefined {
    if (this.visible === 0) return undefined;
    this.#held++;
    return this.#again.shift() ?? this.#next++;
  }

  handBack(jobs: readonly number[]): void {
    this.#held -= jobs.length;
    this.#again.push(...jobs);
  }

  isLate(job: number, now: number): boolean {
    return now - (this.arrivals[job] ?? 0) >= this.#timeoutMs;
  }

  /** A worker is done with a job; an answer after the deadline is none. */
  settle(job: number, now: number): void {
    this.#held--;
    this.#settled++;
    if (!this.isLate(job, now)) this.tookMs[job] = now - (this.arrivals[job] ?? 0);
  }
}
