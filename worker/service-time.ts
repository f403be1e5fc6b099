// About the last twenty jobs count: quick enough for a new kind of images, slow enough for one odd one.
const WEIGHT = 0.1;
const NOTICEABLE = 0.2;

/** The exponentially weighted mean after one more sample; the first sample stands for itself. */
export const smooth = (mean: number | undefined, sample: number): number =>
  mean === undefined ? sample : mean + WEIGHT * (sample - mean);

/** Whether a service time differs by a fifth or more from the one that was told. */
export const differsNoticeably = (told: number | undefined, now: number): boolean =>
  told === undefined || Math.abs(now - told) >= NOTICEABLE * told;
