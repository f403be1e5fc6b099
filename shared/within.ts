/** A task took longer than it was given. */
export class TimeUpError extends Error {
  override readonly name = 'TimeUpError';
}

/**
 * Waits for a task, but no longer than `ms`; what it still brings then is not heeded.
 * @throws TimeUpError
 */
export async function within<T>(ms: number, task: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const timeUp = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new TimeUpError(`not done in ${Math.round(ms)} ms`)), ms);
  });
  return Promise.race([task, timeUp]).finally(() => clearTimeout(timer));
}
