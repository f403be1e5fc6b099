import type { Span } from './engine-run.ts';
import { closedLoop } from './load.ts';
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
  const step = { sockets, nextUrl: target.nextUrl, timeoutMs: TIMEOUT_MS, warmUpMs, durationMs: 0 };
  let answers = 0;
  for (let steps = 0; answers < COMPILED_AFTER && steps < AT_MOST[whose]; steps++)
    answers += (await closedLoop(step)).total;
  for (const socket of sockets) socket.close();
}
