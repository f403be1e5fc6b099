const REPORT_EVERY_MS = 500;

/** How far `ensureModel` is. Told when a stage begins and at least every second while it lasts. */
export interface ModelProgress {
  readonly stage: 'fetching' | 'verifying' | 'converting';
  /** Since the first stage began, ms. */
  readonly elapsedMs: number;
  /** Bytes done and in all, in the stages that can tell. npm does not: while fetching only the total is known. */
  readonly bytes?: number;
  readonly totalBytes?: number;
}

export type OnProgress = (progress: ModelProgress) => void;

/** Repeats the current stage to a listener until it is stopped. */
export class ProgressReporter {
  readonly #listener: OnProgress | undefined;
  readonly #startedAt = performance.now();
  #current: Omit<ModelProgress, 'elapsedMs'> | undefined;
  #timer: NodeJS.Timeout | undefined;

  constructor(listener: OnProgress | undefined) {
    this.#listener = listener;
  }

  report(stage: ModelProgress['stage'], size: { bytes?: number; totalBytes?: number } = {}): void {
    const begins = this.#current?.stage !== stage;
    this.#current = { stage, ...size };
    this.#timer ??= setInterval(() => this.#tell(), REPORT_EVERY_MS).unref();
    if (begins) this.#tell();
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  #tell(): void {
    if (this.#current === undefined) return;
    this.#listener?.({ ...this.#current, elapsedMs: Math.round(performance.now() - this.#startedAt) });
  }
}
