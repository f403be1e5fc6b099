import { type MetricName, MOST_VALUES } from '../shared/emf.ts';
import { log } from '../shared/log.ts';
import type { OutcomeMessage, ResultMessage } from '../shared/protocol.ts';

const EVERY_MS = 60_000;

const TIMES = {
  QueueMs: 'queueMs',
  DownloadMs: 'downloadMs',
  DecodeMs: 'decodeMs',
  InferenceMs: 'inferMs',
  TotalMs: 'totalMs',
} as const satisfies Partial<Record<MetricName, keyof ResultMessage['timings']>>;
const NAMES = Object.keys(TIMES) as (keyof typeof TIMES)[];

/**
 * Gathers what jobs give as metrics, and writes them together: one line a minute, or for each hundred results. A line of its
 * own for each job would be most of what it costs to log one.
 */
export class JobMetrics {
  #counts: Partial<Record<MetricName, number>> = {};
  #results: ResultMessage['timings'][] = [];
  readonly #timer: NodeJS.Timeout;

  constructor(everyMs = EVERY_MS) {
    this.#timer = setInterval(() => this.#write(), everyMs).unref();
  }

  /** @param buried whether it went to the dead letters, too */
  answered(outcome: OutcomeMessage, buried: boolean): void {
    this.#count('Answered');
    if (buried) this.#count('DeadLetters');
    if (outcome.type === 'error') this.#count(`Errors_${outcome.error.code}`);
    else if (this.#results.push(outcome.timings) === MOST_VALUES) this.#write();
  }

  /** Writes what is left, and nothing more by itself. */
  close(): void {
    clearInterval(this.#timer);
    this.#write();
  }

  #count(name: MetricName): void {
    this.#counts[name] = (this.#counts[name] ?? 0) + 1;
  }

  #write(): void {
    if (Object.keys(this.#counts).length === 0) return;
    const results = this.#results;
    const times = NAMES.map((name) => [name, results.map((timings) => timings[TIMES[name]])]);
    log.metrics('jobs', { ...this.#counts, ...(results.length > 0 && Object.fromEntries(times)) });
    this.#counts = {};
    this.#results = [];
  }
}
