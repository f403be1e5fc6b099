import { setTimeout as sleep } from 'node:timers/promises';
import type { ClientSocket } from './socket.ts';
import { type Answer, Tally } from './tally.ts';

/** What is asked, and what is measured: `durationMs` after `warmUpMs`. */
export interface Load {
  sockets: readonly Pick<ClientSocket, 'classify'>[];
  nextUrl(): string;
  timeoutMs: number;
  warmUpMs: number;
  durationMs: number;
}

export interface Measured {
  tally: Tally;
  /** Of the measurement, warm-up not counted. */
  seconds: number;
  /** Answers in all, those of the warm-up too. */
  total: number;
}

/**
 * As many clients as sockets, each with one request under way: the next one goes when its answer came. Counts what is
 * answered within the measurement.
 */
export async function closedLoop({ sockets, warmUpMs, durationMs, ...load }: Load): Promise<Measured> {
  const tally = new Tally();
  let total = 0;
  const from = performance.now() + warmUpMs;
  const to = from + durationMs;
  await Promise.all(
    sockets.map(async (socket) => {
      for (let sentAt = performance.now(); sentAt < to; ) {
        const answer = await socket.classify(load.nextUrl(), load.timeoutMs);
        const now = performance.now();
        total++;
        if (now >= from && now < to) tally.add(answer, now - sentAt);
        sentAt = now;
        if (answer.kind === 'error') await sleep(100); // a service that refuses is not to be hammered
      }
    }),
  );
  return { tally, seconds: durationMs / 1000, total };
}

/**
 * Requests at a fixed rate, whatever becomes of them. A latency counts from the moment at which its request was to be
 * sent, so that a generator that is held up hides nothing (coordinated omission).
 * @param rate requests a second
 */
export async function openLoop(
  { sockets, warmUpMs, durationMs, ...load }: Load,
  rate: number,
): Promise<Measured> {
  const tally = new Tally();
  const everyMs = 1000 / rate;
  const start = performance.now();
  const from = start + warmUpMs;
  const to = from + durationMs;
  const underWay: Promise<void>[] = [];
  for (let sent = 0; ; sent++) {
    const due = start + sent * everyMs;
    if (due >= to) break;
    const early = due - performance.now();
    if (early > 0) await sleep(early);
    const socket = sockets[sent % sockets.length];
    if (socket === undefined) throw new RangeError('no sockets');
    const count = (answer: Answer) => {
      if (due >= from) tally.add(answer, performance.now() - due);
    };
    underWay.push(socket.classify(load.nextUrl(), load.timeoutMs).then(count));
  }
  await Promise.all(underWay);
  return { tally, seconds: durationMs / 1000, total: underWay.length };
}

/** One request of each socket, all at once. `seconds`: until the last answer. */
export async function burst(load: Pick<Load, 'sockets' | 'nextUrl' | 'timeoutMs'>): Promise<Measured> {
  const tally = new Tally();
  const start = performance.now();
  await Promise.all(
    load.sockets.map(async (socket) => {
      const answer = await socket.classify(load.nextUrl(), load.timeoutMs);
      tally.add(answer, performance.now() - start);
    }),
  );
  return { tally, seconds: (performance.now() - start) / 1000, total: load.sockets.length };
}
