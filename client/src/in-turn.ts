/** Runs at most `count` tasks at once; the others wait for their turn. */
export function inTurn(count: number): <T>(task: () => Promise<T>) => Promise<T> {
  /** Below 0: so many wait. */
  let free = count;
  const waiting: (() => void)[] = [];
  return async (task) => {
    if (free-- <= 0) await new Promise<void>((resolve) => waiting.push(resolve));
    try {
      return await task();
    } finally {
      free++;
      waiting.shift()?.();
    }
  };
}
