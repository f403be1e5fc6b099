import { performance } from 'node:perf_hooks';
import type { Seen } from './decoding.ts';
import { inTime, type JobLimits, timed } from './in-time.ts';
import { ServiceMeter } from './service-time.ts';
import { Turns } from './turns.ts';

export interface InferenceOptions extends JobLimits {
  /** Whether no other job is under way in this worker; asked when the turn has come. */
  isAlone(): boolean;
  /** What a thread has spent on the image before, in ms. */
  spentMs: number;
}

export interface Inferred {
  /** [classes], 0..1 with sum 1. */
  probabilities: Float32Array;
  /** Without the wait for a turn, in ms. */
  ms: number;
  /** That the whole worker took for it; see {@link ServiceMeter}. */
  serviceMs: number;
}

/**
 * Runs the models. Each run takes a whole vCPU: more at a time than there are threads, of whichever models, would only
 * slow one another down.
 */
export class Inference {
  readonly #turns: Turns;
  readonly #meter: ServiceMeter;

  constructor(threads: number) {
    this.#turns = new Turns(threads);
    this.#meter = new ServiceMeter(threads);
  }

  /**
   * @throws ServiceError `TIMEOUT`
   * @throws OutOfTimeError where the engine fails until the deadline
   */
  run({ model, pixels }: Seen, options: InferenceOptions): Promise<Inferred> {
    const { engine } = model;
    const infer = async () => {
      const alone = options.isAlone();
      const { value, ms } = await timed(() => engine.classify(pixels, 1, alone));
      // Now, before the turn goes on.
      const end = {
        threadMs: options.spentMs + (alone ? ms * engine.loneThreads : ms),
        endedAt: performance.now(),
        othersWait: this.#turns.waiting > 0,
      };
      return { probabilities: value, ms, serviceMs: this.#meter.end(end) };
    };
    return options.persist('inference', () => this.#turns.run(inTime(options.deadline, infer)));
  }
}
