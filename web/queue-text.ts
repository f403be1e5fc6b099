import { duration } from './format.ts';

/** Up to that an image that nothing is ahead of is with a worker already, ms. */
const AT_ONCE_MS = 1_000;
/** An estimate is not that exact, ms. */
const GRACE_MS = 3_000;

/**
 * Where an accepted image is by now. The service tells that once, when it takes the image on: what has passed since is
 * reckoned, and where the estimate has run out, that is said, and no more.
 * @param position images ahead of it then; null while unknown
 * @param etaMs estimate then; null while unknown
 * @param sinceMs what has passed since
 */
export function queueText(position: number | null, etaMs: number | null, sinceMs: number): string {
  if (position === null || etaMs === null) return ahead(position);
  const leftMs = etaMs - sinceMs;
  if (leftMs <= -GRACE_MS) return `${duration(-leftMs)} later than estimated`;
  if (position === 0 && etaMs <= AT_ONCE_MS) return 'Classifying';
  if (leftMs <= 0) return 'Due now';
  return `${ahead(position)}, about ${duration(Math.max(1_000, leftMs))}`;
}

function ahead(position: number | null): string {
  if (position === null) return 'In the queue';
  return position === 0 ? 'Next' : `${position} ahead`;
}
