import { type LatencyFigures, latencyFigures } from '../bench/statistics.ts';
import type { Answer } from '../bench/tally.ts';

/** How the requests of a load ended, each with its latency in ms from the moment at which it was to be sent. */
export class Outcomes {
  readonly #resultsMs: number[] = [];
  readonly #refusalsMs: number[] = [];
  #timeouts = 0;
  #unanswered = 0;
  readonly #others = new Map<string, number>();

  /** @param patienceMs after which a client gave up */
  add(answer: Answer, latencyMs: number, patienceMs: number): void {
    if (answer.kind === 'result') this.#resultsMs.push(latencyMs);
    else if (answer.kind === 'timed-out') {
      if (latencyMs >= patienceMs) this.#unanswered++;
      else this.#timeouts++;
    } else if (answer.code === 'OVERLOADED') this.#refusalsMs.push(latencyMs);
    else this.#others.set(answer.code, (this.#others.get(answer.code) ?? 0) + 1);
  }

  figures(): OutcomeFigures {
    return {
      asked:
        this.#resultsMs.length +
        this.#refusalsMs.length +
        this.#timeouts +
        this.#unanswered +
        [...this.#others.values()].reduce((sum, count) => sum + count, 0),
      results: this.#resultsMs.length,
      refused: this.#refusalsMs.length,
      timeouts: this.#timeouts,
      unanswered: this.#unanswered,
      others: Object.fromEntries(this.#others),
      resultMs: latencyFigures(this.#resultsMs),
      refusalMs: latencyFigures(this.#refusalsMs),
    };
  }
}

export interface OutcomeFigures {
  asked: number;
  results: number;
  /** `OVERLOADED` */
  refused: number;
  /** Accepted, and answered `TIMEOUT`. */
  timeouts: number;
  /** Neither refused nor answered while the client waited. */
  unanswered: number;
  /** Any other error, by code. */
  others: Record<string, number>;
  resultMs: LatencyFigures | undefined;
  refusalMs: LatencyFigures | undefined;
}
