import type { PolicyMemory } from '../../shared/fleet-state.ts';

type Peaks = PolicyMemory['peaks'];

/**
 * The highest demand of a sliding window, kept as few entries: each the highest from its time on, so that the first is
 * the highest of all (a monotonic queue). A clock that jumped back makes what was seen count from now.
 */
export function notePeak(peaks: Peaks, at: number, workers: number, windowMs: number): Peaks {
  const inWindow = peaks
    .map((peak) => ({ ...peak, at: Math.min(peak.at, at) }))
    .filter((peak) => at - peak.at < windowMs && peak.workers > workers);
  return [...inWindow, { at, workers }];
}
