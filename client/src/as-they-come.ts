/**
 * Works on items, so many at once, and yields what comes of each as it comes. Nothing new begins while so many are under
 * way or not taken yet; what is under way ends by the signal where the taker leaves.
 */
export async function* asTheyCome<Item, Done>(
  items: Iterable<Item> | AsyncIterable<Item>,
  atOnce: number,
  work: (item: Item, index: number, signal: AbortSignal) => Promise<Done>,
): AsyncGenerator<Done, void, undefined> {
  const left = new AbortController();
  const done: Done[] = [];
  let underWay = 0;
  let failure: { cause: unknown } | undefined;
  let wake = () => {};
  let makeRoom = () => {};
  const fail = (cause: unknown) => {
    failure ??= { cause };
  };

  const track = async (task: Promise<unknown>) => {
    underWay++;
    await task.catch(fail);
    underWay--;
    wake();
  };
  const feed = async () => {
    let index = 0;
    for await (const item of items) {
      // This is under way, too.
      while (underWay + done.length > atOnce && !left.signal.aborted)
        await new Promise<void>((resolve) => {
          makeRoom = resolve;
        });
      if (left.signal.aborted) return;
      void track(work(item, index++, left.signal).then((one) => done.push(one)));
    }
  };
  void track(feed());

  try {
    for (;;) {
      if (failure) throw failure.cause;
      const one = done.shift();
      if (one !== undefined) {
        makeRoom();
        yield one;
      } else if (underWay === 0) return;
      else
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
    }
  } finally {
    left.abort();
    makeRoom();
  }
}
