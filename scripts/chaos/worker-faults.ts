import type { ChildProcess } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import type { FaultyStage } from './stage.ts';

export interface WorkerFaultsOptions {
  /** Over the whole load. */
  kills: number;
  freezes: number;
  drains: number;
  random: () => number;
}

/** Of the machines that boot, 0..1, those that die at it. */
const STILLBORN_SHARE = 0.08;
/** A frozen worker's messages are visible again after 15 s: it thaws when others have them. */
const FROZEN_MS = 18_000;
/** A worker may do something before it is harmed, in ms since it was seen to be ready. */
const SPARED_MS = 2_000;
/** Between two kills, in ms: kills that are behind are not made up for at once, or nothing would live. */
const KILL_EVERY_MS = 1_000;
const LOOK_EVERY_MS = 500;

/** Kills, freezes and drains the worker processes of a stage. */
export class WorkerFaults {
  readonly counts = { launched: 0, stillborn: 0, killed: 0, frozen: 0, drained: 0, 'told to go': 0 };
  readonly #options: WorkerFaultsOptions;
  readonly #live = new Map<ChildProcess, { instanceId: string; readySince?: number; harmed: boolean }>();
  #lastKill = Number.NEGATIVE_INFINITY;
  readonly #thaws: Promise<void>[] = [];
  #on = false;

  constructor(options: WorkerFaultsOptions) {
    this.#options = options;
  }

  /** Starts a machine's worker, which may die in its boot. */
  boot(start: () => ChildProcess, instanceId: string): ChildProcess {
    const worker = start();
    this.counts.launched++;
    this.#live.set(worker, { instanceId, harmed: false });
    worker.once('exit', () => this.#live.delete(worker));
    if (this.#on && this.#options.random() < STILLBORN_SHARE) {
      this.counts.stillborn++;
      setTimeout(() => worker.kill('SIGKILL'), this.#options.random() * 500);
    }
    return worker;
  }

  /**
   * Does its work evenly over the load, and ends when all of it is done or `signal` aborts.
   * @param share of the load that is over, 0..1
   * @param tellOneToGo sends a terminate message: for each worker that gets a SIGTERM, another is told so
   * @param readyWorkers ids of the machines whose workers may hold something: a machine that dies before is another fault
   */
  async run(
    share: () => number,
    { readyWorkers, tellOneToGo }: Pick<FaultyStage, 'readyWorkers' | 'tellOneToGo'>,
    signal: AbortSignal,
  ): Promise<void> {
    this.#on = true;
    while (!signal.aborted && !this.isDone) {
      const harm = this.#due(share());
      const ready = await readyWorkers();
      this.#note(ready);
      const worker = harm && this.#pick(ready);
      if (worker) harm(worker);
      if (this.counts['told to go'] < this.counts.drained) {
        this.counts['told to go']++;
        await tellOneToGo();
      }
      await sleep(LOOK_EVERY_MS);
    }
    this.#on = false;
    await Promise.all(this.#thaws);
  }

  /** What is to be done to a worker now. */
  #due(share: number): ((worker: ChildProcess) => void) | undefined {
    const { kills, freezes, drains } = this.#options;
    const { killed, frozen, drained } = this.counts;
    const mayKill = performance.now() - this.#lastKill > KILL_EVERY_MS;
    if (mayKill && killed < Math.floor(share * kills)) return (worker) => this.#kill(worker);
    // The last has thawed when the load is over, or soon after.
    if (frozen < Math.min(freezes, Math.floor(share * (freezes + 1))))
      return (worker) => this.#freeze(worker);
    if (drained < Math.floor(share * drains)) return (worker) => this.#drain(worker);
    return undefined;
  }

  get isDone(): boolean {
    const { kills, freezes, drains } = this.#options;
    const { killed, frozen, drained } = this.counts;
    return killed >= kills && frozen >= freezes && drained >= drains;
  }

  #kill(worker: ChildProcess): void {
    if (!worker.kill('SIGKILL')) return;
    this.counts.killed++;
    this.#lastKill = performance.now();
  }

  #drain(worker: ChildProcess): void {
    if (worker.kill('SIGTERM')) this.counts.drained++;
  }

  #freeze(worker: ChildProcess): void {
    if (!worker.kill('SIGSTOP')) return;
    this.counts.frozen++;
    this.#thaws.push(
      sleep(FROZEN_MS).then(() => {
        worker.kill('SIGCONT');
        const live = this.#live.get(worker);
        if (live) live.harmed = false;
      }),
    );
  }

  /** A worker that is harmed is left alone until it is gone, or has thawed. */
  #pick(ready: ReadonlySet<string>): ChildProcess | undefined {
    const now = performance.now();
    const candidates = [...this.#live].filter(
      ([, { instanceId, readySince = now, harmed }]) =>
        ready.has(instanceId) && now - readySince > SPARED_MS && !harmed,
    );
    const [worker, live] = candidates[Math.floor(this.#options.random() * candidates.length)] ?? [];
    if (live) live.harmed = true;
    return worker;
  }

  #note(ready: ReadonlySet<string>): void {
    for (const live of this.#live.values())
      if (ready.has(live.instanceId)) live.readySince ??= performance.now();
  }
}
