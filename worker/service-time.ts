// About the last twenty jobs count: quick enough for a new kind of images, slow enough for one odd one.
const WEIGHT = 0.1;
const NOTICEABLE = 0.2;

/** The exponentially weighted mean after one more sample; the first sample stands for itself. */
export const smooth = (mean: number | undefined, sample: number): number =>
  mean === undefined ? sample : mean + WEIGHT * (sample - mean);

/** Whether a service time differs by a fifth or more from the one that was told. */
export const differsNoticeably = (told: number | undefined, now: number): boolean =>
  told === undefined || Math.abs(now - told) >= NOTICEABLE * told;

/** The end of an inference. */
export interface InferenceEnd {
  /** What a thread spent on the image, decoding and inferring, in ms. */
  threadMs: number;
  /** On the process's monotonic clock, in ms. */
  endedAt: number;
  /** Whether other images waited for a thread at that moment. */
  othersWait: boolean;
}

/**
 * Measures how long the whole worker takes for a job at full load, in ms: the reciprocal of its throughput.
 *
 * While images wait for a thread, that is the time between two ends of inference, whatever else competes for the
 * processor. Otherwise it is the time that one image took, shared by the threads: at full load decoding overlaps
 * with inference, and each would seem to take longer than it does.
 */
export class ServiceMeter {
  readonly #threads: number;
  /** The last end, where the threads have had no rest since. */
  #previousEnd: number | undefined;

  constructor(threads: number) {
    this.#threads = threads;
  }

  /** @returns a sample, in ms */
  end({ threadMs, endedAt, othersWait }: InferenceEnd): number {
    const sample = this.#previousEnd === undefined ? threadMs / this.#threads : endedAt - this.#previousEnd;
    this.#previousEnd = othersWait ? endedAt : undefined;
    return sample;
  }
}
