import { type Random, seededRandom } from '../../shared/random.ts';
import { Account } from './account.ts';
import type { Assumptions, Trace } from './assumptions.ts';
import { Clock } from './clock.ts';
import { Fifo } from './fifo.ts';
import { Jobs } from './jobs.ts';
import { bootMs, heldBy, newMachine, phaseAt, type SimulatedMachine, slotsFor } from './machine.ts';
import { TerminateMessages, type TerminateRules } from './terminate-messages.ts';

/** A worker looks for a terminate message after so many jobs. */
const TERMINATE_CHECK_EVERY = 5;
/** As worker/times.ts: a message is fresh for 5 s, and an idle worker waits for one all the time. */
const TERMINATE_RULES: TerminateRules = { lifeMs: 5_000, idleListen: true };
/** A signalled worker that is not done by then is ended all the same, in ms: what systemd and Kubernetes grant. */
const GRACE_MS = 30_000;
/** A message whose worker was killed shows up again when its visibility runs out, in ms. */
const VISIBILITY_MS = 15_000;

/** What a controller has done to the fleet, for the figures. */
export interface Act {
  at: number;
  kind: 'out' | 'in';
  machines: number;
}

/** The queue, the machines and the account, as they would be. All times in ms from the beginning. */
export class World extends Clock {
  readonly assumptions: Assumptions;
  readonly random: Random;
  readonly jobs: Jobs;
  readonly acts: Act[] = [];
  /** All that ever were, and those that have not ended. */
  readonly machines: SimulatedMachine[] = [];
  alive: SimulatedMachine[] = [];
  busyKilled = 0;
  /** Called before machines are launched, beside those that are there. */
  onLaunch: (count: number) => void = () => {};

  #left: SimulatedMachine[] = [];
  readonly #slots: number;
  readonly #terminate = new TerminateMessages();
  readonly #account = new Account();
  /** Workers with room, in the order in which they began to wait for a message. */
  readonly #pollers = new Fifo<SimulatedMachine>();

  constructor(assumptions: Assumptions, trace: Trace) {
    super();
    this.assumptions = assumptions;
    this.random = seededRandom(assumptions.seed);
    this.jobs = new Jobs(trace.arrivals, assumptions.timeoutSeconds * 1000);
    this.#slots = slotsFor(assumptions.concurrency);
    this.stock(assumptions.minWorkers);
  }

  get ready(): SimulatedMachine[] {
    return this.alive.filter(this.#isReady);
  }

  /** Those that have not ended, or have within the last `ms`. */
  recent(ms: number): SimulatedMachine[] {
    this.#left = this.#left.filter(({ endedAt }) => this.now - endedAt < ms);
    return [...this.#left, ...this.alive];
  }

  /** Machines that are there, and ready, when the trace begins: for a policy that wants more than MIN_WORKERS then. */
  stock(count: number): void {
    while (this.alive.length < count) this.#add(0, 0, 'before');
  }

  /** A machine that is launched past the account's limits, and whose boot is known. */
  place(launchedAt: number, readyAt: number): SimulatedMachine {
    this.acts.push({ at: this.now, kind: 'out', machines: 1 });
    return this.#add(launchedAt, readyAt, 'placed');
  }

  /** Lets time pass until every job is settled and `end` has come, or nothing more can be settled. */
  async run(end: number, onArrival: () => void = () => {}): Promise<void> {
    const { jobs } = this;
    while (!jobs.allSettled || this.now < end) {
      const arrivesAt = jobs.nextArrival;
      const at = Math.min(arrivesAt, this.nextAt);
      if (jobs.noneArrives && at > Math.max(end, jobs.lastDeadline)) break;
      this.now = at;
      if (arrivesAt === at) {
        jobs.arrive();
        this.#serve();
        onArrival();
        continue;
      }
      const waiting = this.runNext();
      if (waiting) await waiting;
    }
    this.now = Math.max(this.now, end);
  }

  /** Launches machines, as far as the account may: see {@link Account.grant}. */
  launch(count: number, token: string): number | undefined {
    const given = this.#account.grant(count, this.now);
    if (!given) return given;
    this.onLaunch(given);
    this.acts.push({ at: this.now, kind: 'out', machines: given });
    for (let index = 0; index < given; index++)
      this.#add(this.now, this.now + bootMs(this.assumptions, this.random), token);
    return given;
  }

  sendTerminate(ids: readonly string[], rules: TerminateRules = TERMINATE_RULES): void {
    this.#terminate.send(ids, this.now, rules);
    const idle = this.alive.filter((machine) => this.#isReady(machine) && heldBy(machine) === 0);
    idle.sort((a, b) => a.idleSince - b.idleSince);
    for (const machine of idle) if (!this.#takeTerminate(machine)) break;
  }

  /** Tells a worker to leave: it receives no more, and is done when it holds nothing, or when its grace is over. */
  signal(machine: SimulatedMachine): void {
    if (machine.drainingAt <= this.now || machine.endedAt <= this.now) return;
    this.#noteIn();
    if (this.#isReady(machine)) this.#drain(machine);
    else this.end(machine);
    if (machine.endedAt > this.now)
      this.at(this.now + GRACE_MS, () => {
        if (machine.endedAt > this.now) this.end(machine);
      });
  }

  /** Lets a machine go by ending it, whatever it holds. */
  kill(machine: SimulatedMachine): void {
    if (machine.endedAt <= this.now) return;
    this.#noteIn();
    this.end(machine);
  }

  /** Ends a machine, whatever it holds. */
  end(machine: SimulatedMachine): void {
    if (machine.endedAt <= this.now) return;
    const held = [...machine.working, ...machine.waiting];
    if (held.length > 0) this.busyKilled++;
    machine.working.clear();
    machine.waiting = [];
    this.#gone(machine);
    if (held.length === 0) return;
    this.at(this.now + VISIBILITY_MS, () => {
      this.jobs.handBack(held);
      this.#serve();
    });
  }

  #add(launchedAt: number, readyAt: number, token: string): SimulatedMachine {
    const machine = newMachine(`i-${this.machines.length}`, launchedAt, readyAt, token);
    this.machines.push(machine);
    this.alive.push(machine);
    if (Number.isFinite(readyAt)) this.at(readyAt, () => this.#begin(machine));
    else {
      // The load balancer ends it at the deadline; where none does, its own boot script gives up.
      const { bootDeadlineSeconds, tickSeconds } = this.assumptions;
      this.at(launchedAt + (bootDeadlineSeconds + tickSeconds) * 1000, () => this.end(machine));
    }
    return machine;
  }

  #begin(machine: SimulatedMachine): void {
    if (machine.endedAt <= this.now) return;
    this.#poll(machine);
    this.#serve();
    if (heldBy(machine) === 0) this.#takeTerminate(machine);
  }

  #isReady = (machine: SimulatedMachine) => phaseAt(machine, this.now) === 'ready';

  #poll(machine: SimulatedMachine): void {
    if (machine.polling || !this.#isReady(machine) || heldBy(machine) >= this.#slots) return;
    machine.polling = true;
    this.#pollers.push(machine);
  }

  /** Gives messages to workers that wait for some. */
  #serve(): void {
    while (this.jobs.visible > 0 && this.#pollers.length > 0) {
      const machine = this.#pollers.shift();
      if (!machine) return;
      machine.polling = false;
      if (!this.#isReady(machine)) continue;
      for (let room = this.#slots - heldBy(machine); room > 0; room--) {
        const job = this.jobs.take();
        if (job === undefined) break;
        machine.waiting.push(job);
      }
      this.#work(machine);
      this.#poll(machine);
    }
  }

  #work(machine: SimulatedMachine): void {
    const { concurrency, serviceMs } = this.assumptions;
    while (machine.working.size < concurrency) {
      const job = machine.waiting.shift();
      if (job === undefined) return;
      // What is past its deadline is answered unworked.
      if (this.jobs.isLate(job, this.now)) this.jobs.settle(job, this.now);
      else {
        machine.working.add(job);
        this.at(this.now + serviceMs, () => this.#finish(machine, job));
      }
    }
  }

  #finish(machine: SimulatedMachine, job: number): void {
    if (!machine.working.delete(job)) return;
    this.jobs.settle(job, this.now);
    machine.jobsDone++;
    machine.firstDoneAt = Math.min(machine.firstDoneAt, this.now);
    this.#work(machine);
    if (machine.jobsDone % TERMINATE_CHECK_EVERY === 0) this.#takeTerminate(machine);
    this.#poll(machine);
    this.#serve();
    if (heldBy(machine) > 0) return;
    machine.idleSince = this.now;
    if (machine.drainingAt <= this.now) this.#gone(machine);
    else this.#takeTerminate(machine);
  }

  #takeTerminate(machine: SimulatedMachine): boolean {
    if (!this.#isReady(machine)) return false;
    const id = this.#terminate.take(this.now, heldBy(machine) === 0);
    if (id === undefined) return false;
    machine.terminateId = id;
    this.#noteIn();
    this.#drain(machine);
    return true;
  }

  #drain(machine: SimulatedMachine): void {
    machine.drainingAt = this.now;
    if (heldBy(machine) === 0) this.#gone(machine);
  }

  #noteIn(): void {
    this.acts.push({ at: this.now, kind: 'in', machines: 1 });
  }

  #gone(machine: SimulatedMachine): void {
    machine.endedAt = this.now;
    this.alive.splice(this.alive.indexOf(machine), 1);
    this.#left.push(machine);
  }
}
