import type { ChildProcess } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';

export interface WorkerFaultsOptions {
  /** Over the whole load. */
  kills: number;
  freezes: number;
  drains: number;
  loadMs: number;
  random: () => number;
}

/** Of the machines that boot, 0..1, those that die at it. */
const STILLBORN_SHARE = 0.08;
/** A frozen worker's messages are visible again after 15 s: it thaws when others have them. */
const FROZEN_MS = 18_000;
/** A worker that has lived for so long may hold something; in ms. */
const OF_AGE_MS = 1_500;
const LOOK_EVERY_MS = 100;

/** Kills, freezes and drains the worker processes of a stage. */
export class WorkerFaults {
  readonly counts = { launched: 0, stillborn: 0, killed: 0, frozen: 0, drained: 0 };
  readonly #options: WorkerFaultsOptions;
  readonly #live = new Map<ChildProcess, number>();
  readonly #frozen = new Set<ChildProcess>();
  readonly #thaws: Promise<void>[] = [];
  #on = false;

  constructor(options: WorkerFaultsOptions) {
    this.#options = options;
  }

  /** Starts a machine's worker, which may die in its boot. */
  boot(start: () => ChildProcess): ChildProcess {
    const worker = start();
    this.counts.launched++;
    this.#live.set(worker, performance.now());
    worker.once('exit', () => {
      this.#live.delete(worker);
      this.#frozen.delete(worker);
    });
    if (this.#on && this.#options.random() < STILLBORN_SHARE) {
      this.counts.stillborn++;
      setTimeout(() => worker.kill('SIGKILL'), this.#options.random() * 500);
    }
    return worker;
  }

  /** Does its work evenly over the load, and ends when all of it is done or `signal` aborts. */
  async run(signal: AbortSignal): Promise<void> {
    this.#on = true;
    const { kills, freezes, drains, loadMs } = this.#options;
    const start = performance.now();
    const due = (count: number, most: number) => {
      const share = Math.min(1, (performance.now() - start) / loadMs);
      return count < Math.floor(share * most);
    };
    while (!signal.aborted && !this.isDone) {
      if (due(this.counts.killed, kills)) this.#kill();
      // Early ones, so that the last has thawed when the load ends.
      if (this.counts.frozen < freezes && due(this.counts.frozen, freezes * 3)) this.#freeze();
      if (due(this.counts.drained, drains)) this.#drain();
      await sleep(LOOK_EVERY_MS);
    }
    this.#on = false;
    await Promise.all(this.#thaws);
  }

  get isDone(): boolean {
    const { kills, freezes, drains } = this.#options;
    const { killed, frozen, drained } = this.counts;
    return killed >= kills && frozen >= freezes && drained >= drains;
  }

  #kill(): void {
    if (this.#pick()?.kill('SIGKILL')) this.counts.killed++;
  }

  #drain(): void {
    if (this.#pick()?.kill('SIGTERM')) this.counts.drained++;
  }

  #freeze(): void {
    const worker = this.#pick();
    if (!worker?.kill('SIGSTOP')) return;
    this.counts.frozen++;
    this.#frozen.add(worker);
    this.#thaws.push(
      sleep(FROZEN_MS).then(() => {
        worker.kill('SIGCONT');
        this.#frozen.delete(worker);
      }),
    );
  }

  #pick(): ChildProcess | undefined {
    const now = performance.now();
    const candidates = [...this.#live]
      .filter(([worker, since]) => now - since > OF_AGE_MS && !this.#frozen.has(worker))
      .map(([worker]) => worker);
    const worker = candidates[Math.floor(this.#options.random() * candidates.length)];
    // Picked once: it may take a moment to be gone.
    if (worker) this.#live.set(worker, Number.POSITIVE_INFINITY);
    return worker;
  }
}
