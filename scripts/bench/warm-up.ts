import { setTimeout as sleep } from 'node:timers/promises';
import type { Span } from './engine-run.ts';
import { tell } from './progress.ts';
import type { Target } from './target.ts';

/**
 * V8 compiles by calls, not by time: after so many answers the service's programs hardly get quicker. All but the last
 * are of an image that each worker infers once, where there is one: a slow engine would take half an hour for so many.
 */
const COMPILED_AFTER = 8_000;
const OF_NEW_IMAGES = 1_000;
/** Of the warm-ups before a measurement, for either kind. The programs of a deployed stage are warm, or too many to warm them all. */
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
  const { knownUrl, nextUrl } = target;
  const sockets = await target.connect(atOnce);
  const answers = async (count: number, url: () => string) => {
    const until = performance.now() + AT_MOST[whose] * warmUpMs;
    let answered = 0;
    await Promise.all(
      sockets.map(async (socket) => {
        while (answered < count && performance.now() < until) {
          const { kind } = await socket.classify(url(), TIMEOUT_MS);
          answered++;
          if (kind === 'error') await sleep(100); // a service that refuses is not to be hammered
        }
      }),
    );
  };
  if (knownUrl !== undefined) await answers(COMPILED_AFTER - OF_NEW_IMAGES, () => knownUrl);
  await answers(knownUrl === undefined ? COMPILED_AFTER : OF_NEW_IMAGES, nextUrl);
  for (const socket of sockets) socket.close();
}
