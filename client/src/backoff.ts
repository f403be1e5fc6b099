const FIRST_MS = 250;
const MOST_MS = 30_000;

/**
 * How long to wait before the next try, in ms: twice as long each time, up to 30 s, less up to a half by chance, so that
 * many clients that lost a service at once do not all come back at once.
 * @param tries that failed so far
 */
export const backoffMs = (tries: number): number =>
  Math.min(MOST_MS, FIRST_MS * 2 ** tries) * (0.5 + Math.random() / 2);
