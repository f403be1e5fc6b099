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
/** What these take is of interest where it was done. */
const OF_WORK: ReadonlySet<MetricName> = new Set(['DecodeMs', 'InferenceMs']);

/**
 * Gathers what jobs give as metrics, and writes them together: one line a minute, or for each hundred results. A line of its
 * own for each job would be most of what it costs to log one.
 */
export class JobMetrics {
  #counts: Partial<Record<MetricName, number>> = {};
  #results: ResultMessage[] = [];
  readonly #timer: NodeJS.Timeout;

  constructor(everyMs = EVERY_MS) {
    this.#timer = setInterval(() => this.#write(), everyMs).unref();
  }

  /** @param buried whether it went to the dead letters, too */
  answered(outcome: OutcomeMessage, buried: boolean): void {
    this.#count('Answered');
    if (buried) this.#count('DeadLetters');
    if (outcome.type === 'error') this.#count(`Errors_${outcome.error.code}`);
    else {
      if (outcome.cached) this.#count('CacheHits');
      if (this.#results.push(outcome) === MOST_VALUES) this.#write();
    }
  }

  /** Writes what is left, and nothing more by itself. */
  close(): void {
    clearInterval(this.#timer);
    this.#write();
  }

  #count(name: MetricName): void {
    this.#counts[name] = (this.#counts[name] ?? 0) + 1;
  }

  #timesOf(name: keyof typeof TIMES): number[] {
    const results = OF_WORK.has(name) ? this.#results.filter(({ cached }) => !cached) : this.#results;
    return results.map(({ timings }) => timings[TIMES[name]]);
  }

  #write(): void {
    if (Object.keys(this.#counts).length === 0) return;
    const times = NAMES.map((name) => [name, this.#timesOf(name)] as const);
    const known = times.filter(([, values]) => values.length > 0);
    log.metrics('jobs', { ...this.#counts, ...Object.fromEntries(known) });
    this.#counts = {};
    this.#results = [];
  }
}
