import { setTimeout as sleep } from 'node:timers/promises';
import type { Children } from '../../local/children.ts';
import { closedLoop } from '../bench/load.ts';
import { type Machine, thisMachine } from '../bench/machine.ts';
import { tell } from '../bench/progress.ts';
import type { ClientSocket } from '../bench/socket.ts';
import { openTarget, type Target } from '../bench/target.ts';
import { type MemoryFigures, watchMemory } from './memory.ts';
import { type OutcomeFigures, Outcomes } from './outcomes.ts';

export interface LoadOptions {
  /** How long the load lasts. */
  seconds: number;
  /** Of the capacity that was measured. */
  factor: number;
  workers: number;
  engine: 'auto' | 'onnx' | 'echo';
  /** Of the echo engine, for an image. */
  echoMs: number;
  /** From acceptance, in s. */
  deadline: number;
}

export interface LoadReport extends OutcomeFigures {
  options: LoadOptions;
  /** Images a second that the fleet did when it was never idle. */
  capacity: number;
  /** Requests a second that were asked for. */
  rate: number;
  memory: MemoryFigures[];
  machine: Machine;
}

const SOCKETS = 16;
const AT_ONCE = 40;
const MEASURED_MS = 10_000;
/** After the deadline, for what was stored then to be pushed, in ms. */
const GRACE_MS = 30_000;
const PROGRESS_EVERY_MS = 10_000;

/** Asks the service for more than it can do, and takes down what becomes of each request and of its memory. */
export async function runLoad(children: Children, options: LoadOptions): Promise<LoadReport> {
  const machine = thisMachine();
  const { workers, engine, echoMs, deadline } = options;
  const settings = {
    ENGINE: engine,
    ECHO_MS: String(echoMs),
    MIN_WORKERS: String(workers),
    MAX_WORKERS: String(workers),
    REQUEST_TIMEOUT_SECONDS: String(deadline),
  };
  const target = await openTarget(children, settings, undefined);
  const capacity = await capacityOf(target);
  const rate = options.factor * capacity;
  tell(`${capacity.toFixed(1)} images a second can be done; asking for ${rate.toFixed(1)}`);
  const over = new AbortController();
  const memory = watchMemory(target.processes, over.signal);
  const sockets = await target.connect(SOCKETS);
  const figures = await ask(sockets, target, rate, options);
  over.abort();
  const report = { options, capacity, rate, ...figures, memory: await memory, machine };
  await target.stop();
  return report;
}

async function capacityOf({ connect, nextUrl }: Target): Promise<number> {
  tell('measuring what the fleet can do');
  const sockets = await connect(AT_ONCE);
  const load = { sockets, nextUrl, timeoutMs: 60_000, warmUpMs: MEASURED_MS / 2, durationMs: MEASURED_MS };
  const { tally, seconds } = await closedLoop(load);
  for (const socket of sockets) socket.close();
  return tally.figures(seconds).imagesPerSecond;
}

/** Requests at a fixed rate, whatever becomes of them; ends when the last is answered, or given up. */
async function ask(
  sockets: readonly ClientSocket[],
  { nextUrl }: Target,
  rate: number,
  { seconds, deadline }: LoadOptions,
): Promise<OutcomeFigures> {
  const outcomes = new Outcomes();
  const patienceMs = deadline * 1000 + GRACE_MS;
  const start = performance.now();
  const progress = setInterval(() => {
    const { asked, results, refused, timeouts } = outcomes.figures();
    const at = ((performance.now() - start) / 1000).toFixed(0);
    tell(
      `${at} of ${seconds} s: ${asked} ended: ${results} results, ${refused} refused, ${timeouts} TIMEOUT`,
    );
  }, PROGRESS_EVERY_MS);
  const underWay: Promise<void>[] = [];
  for (let sent = 0; sent < rate * seconds; sent++) {
    const due = start + (sent * 1000) / rate;
    const early = due - performance.now();
    if (early > 0) await sleep(early);
    const socket = sockets[sent % sockets.length];
    if (socket === undefined) throw new RangeError('no sockets');
    underWay.push(
      socket
        .classify(nextUrl(), patienceMs)
        .then((answer) => outcomes.add(answer, performance.now() - due, patienceMs)),
    );
  }
  tell('no more requests; waiting for what was accepted');
  await Promise.all(underWay);
  clearInterval(progress);
  for (const socket of sockets) socket.close();
  return outcomes.figures();
}
