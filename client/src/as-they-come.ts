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
  let fed = false;
  let failure: { cause: unknown } | undefined;
  let wake = () => {};
  let makeRoom = () => {};
  const fail = (cause: unknown) => {
    failure ??= { cause };
  };

  const feed = async () => {
    let index = 0;
    for await (const item of items) {
      while (underWay + done.length >= atOnce && !left.signal.aborted)
        await new Promise<void>((resolve) => {
          makeRoom = resolve;
        });
      if (left.signal.aborted) return;
      underWay++;
      work(item, index++, left.signal)
        .then((one) => done.push(one), fail)
        .finally(() => {
          underWay--;
          wake();
        });
    }
  };
  feed()
    .catch(fail)
    .finally(() => {
      fed = true;
      wake();
    });

  try {
    for (;;) {
      if (failure) throw failure.cause;
      const one = done.shift();
      if (one !== undefined) {
        makeRoom();
        yield one;
      } else if (fed && underWay === 0) return;
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
