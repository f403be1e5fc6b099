import { setTimeout as sleep } from 'node:timers/promises';
import type { Span } from './engine-run.ts';
import { tell } from './progress.ts';
import type { Target } from './target.ts';

/** V8 compiles by calls, not by time: after so many answers the service's programs get no quicker. */
const COMPILED_AFTER = 3_000;
/** Of the warm-ups before a measurement. The programs of a deployed stage are warm, or too many to warm them all. */
const AT_MOST = { own: 40, deployed: 5 };
const TIMEOUT_MS = 120_000;

/** Puts load on a service before anything is measured, for a program is slow until it is compiled. */
export async function warmUpService(
  target: Target,
  atOnce: number,
  { warmUpMs }: Pick<Span, 'warmUpMs'>,
  whose: keyof typeof AT_MOST,
): Promise<void> {
  tell('warming up: a program is slow until it is compiled');
  const sockets = await target.connect(atOnce);
  const until = performance.now() + AT_MOST[whose] * warmUpMs;
  let answers = 0;
  await Promise.all(
    sockets.map(async (socket) => {
      while (answers < COMPILED_AFTER && performance.now() < until) {
        const { kind } = await socket.classify(target.nextUrl(), TIMEOUT_MS);
        answers++;
        if (kind === 'error') await sleep(100); // a service that refuses is not to be hammered
      }
    }),
  );
  for (const socket of sockets) socket.close();
}
