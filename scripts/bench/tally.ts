import { type LatencyFigures, latencyFigures } from './statistics.ts';

/** What a result says of the engine that made it. */
export interface AnsweringModel {
  readonly engine: string;
  readonly precision: string;
}

/** How a request ended for the client. */
export type Answer =
  | { readonly kind: 'result'; readonly model?: AnsweringModel; readonly cached?: boolean }
  | { readonly kind: 'timed-out' }
  | { readonly kind: 'error'; readonly code: string };

/** What a measurement gives. `answered` counts results alone. */
export interface TallyFigures extends Partial<LatencyFigures & AnsweringModel> {
  imagesPerSecond: number;
  answered: number;
  /** Of these, what a worker remembered: no figure of its engine. */
  cached?: number;
  timedOut: number;
  errors: number;
  /** How many of each code; none where there was no error. */
  errorCodes?: Readonly<Record<string, number>>;
}

/** Counts the answers of one measurement. */
export class Tally {
  /** Of the results, ms. */
  readonly latenciesMs: number[] = [];
  readonly errorCodes = new Map<string, number>();
  /** Of the latest result that named one. */
  #model: AnsweringModel | undefined;
  #timedOut = 0;
  #cached = 0;

  add(answer: Answer, latencyMs: number): void {
    if (answer.kind === 'result') {
      this.latenciesMs.push(latencyMs);
      this.#model = answer.model ?? this.#model;
      if (answer.cached) this.#cached++;
    } else if (answer.kind === 'timed-out') this.#timedOut++;
    else this.errorCodes.set(answer.code, (this.errorCodes.get(answer.code) ?? 0) + 1);
  }

  addAll(other: Tally): void {
    for (const latency of other.latenciesMs) this.latenciesMs.push(latency);
    for (const [code, count] of other.errorCodes)
      this.errorCodes.set(code, (this.errorCodes.get(code) ?? 0) + count);
    this.#timedOut += other.#timedOut;
    this.#cached += other.#cached;
    this.#model = other.#model ?? this.#model;
  }

  /** @param seconds that the measurement took */
  figures(seconds: number): TallyFigures {
    return {
      ...this.#model,
      imagesPerSecond: this.latenciesMs.length / seconds,
      ...latencyFigures(this.latenciesMs),
      answered: this.latenciesMs.length,
      ...(this.#cached > 0 && { cached: this.#cached }),
      timedOut: this.#timedOut,
      errors: [...this.errorCodes.values()].reduce((sum, count) => sum + count, 0),
      ...(this.errorCodes.size > 0 && { errorCodes: Object.fromEntries(this.errorCodes) }),
    };
  }
}
