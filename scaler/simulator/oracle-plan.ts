import type { Assumptions, Trace } from './assumptions.ts';

/** A machine's time at work, in whole seconds of the trace; it is launched a boot earlier. */
export interface Shift {
  from: number;
  to: number;
}

/** What a machine costs beside the time at work, and at least, in s. */
interface Prices {
  bootSeconds: number;
}
const LEAST_BILLED_S = 60;
const priceOf = ({ from, to }: Shift, { bootSeconds }: Prices) =>
  Math.max(LEAST_BILLED_S, to - from + bootSeconds);
/** How far ahead the rate that is needed now is looked for, in s: beyond it, waiting for later costs nothing. */
const LOOKAHEAD_S = 900;

/**
 * Shifts beyond MIN_WORKERS with which every request is answered within `withinSeconds`, and few machine seconds are
 * paid. It knows the whole trace. In whole seconds, as a flow:
 *
 * 1. at each second the least number of machines that, kept up, meets every deadline to come;
 * 2. of these a shift for each machine, two joined where that is cheaper than to boot again;
 * 3. shifts shortened and left out as long as every deadline is met.
 *
 * What not even MAX_WORKERS can do in time is done as early as they can.
 */
export function planShifts(trace: Trace, assumptions: Assumptions, withinSeconds: number): Shift[] {
  const demand = demandOf(trace, assumptions, withinSeconds);
  const shifts = shiftsOf(leastMachines(demand), assumptions);
  return trim(shifts, demand, assumptions);
}

interface Demand {
  /** Jobs that have arrived, and jobs that are to be done, by the end of each second. */
  arrived: Float64Array;
  due: Float64Array;
  /** Jobs a machine does in a second. */
  pace: number;
  min: number;
  max: number;
}

function demandOf(trace: Trace, assumptions: Assumptions, withinSeconds: number): Demand {
  const { minWorkers: min, maxWorkers: max, timeoutSeconds, serviceMs, concurrency } = assumptions;
  const pace = (1000 * concurrency) / serviceMs;
  const last = trace.arrivals[trace.arrivals.length - 1] ?? 0;
  const seconds = Math.ceil(Math.max(trace.durationMs, last) / 1000) + timeoutSeconds;
  const arrived = new Float64Array(seconds);
  for (const at of trace.arrivals) add(arrived, Math.floor(at / 1000), 1);
  for (let second = 1; second < seconds; second++) add(arrived, second, arrived[second - 1] ?? 0);
  const due = new Float64Array(seconds);
  const delay = Math.max(0, Math.floor(withinSeconds));
  let possible = 0;
  for (let second = 0; second < seconds; second++) {
    possible = Math.min(arrived[second] ?? 0, possible + max * pace);
    due[second] = Math.min(possible, arrived[second - delay] ?? 0);
  }
  return { arrived, due, pace, min, max };
}

/** The least machines at each second that, kept up, meet every deadline to come. */
function leastMachines({ arrived, due, pace, min, max }: Demand): number[] {
  const machines: number[] = [];
  let done = 0;
  for (let second = 0; second < due.length; second++) {
    const end = Math.min(due.length, second + LOOKAHEAD_S);
    let needed = 0;
    for (let later = second; later < end; later++)
      needed = Math.max(needed, ((due[later] ?? 0) - done) / (later - second + 1));
    const count = Math.max(min, Math.min(max, Math.ceil(needed / pace - 1e-9)));
    machines.push(count);
    done = Math.min(arrived[second] ?? 0, done + count * pace);
  }
  return machines;
}

/** A list of shifts for each machine beyond the least, the first machine's first. */
function shiftsOf(machines: readonly number[], { minWorkers, bootSeconds }: Assumptions): Shift[] {
  const shifts: Shift[] = [];
  const most = machines.reduce((highest, count) => Math.max(highest, count), 0);
  for (let level = minWorkers + 1; level <= most; level++) {
    const own: Shift[] = [];
    machines.forEach((count, second) => {
      if (count < level) return;
      const last = own.at(-1);
      if (last?.to === second) last.to++;
      else own.push({ from: second, to: second + 1 });
    });
    shifts.push(...joined(own, { bootSeconds }));
  }
  return shifts;
}

function joined(shifts: readonly Shift[], prices: Prices): Shift[] {
  const result: Shift[] = [];
  for (const shift of shifts) {
    const last = result.at(-1);
    const both = last && { from: last.from, to: shift.to };
    if (last && both && priceOf(both, prices) <= priceOf(last, prices) + priceOf(shift, prices))
      last.to = shift.to;
    else result.push({ ...shift });
  }
  return result;
}

/** Leaves out and shortens shifts, the upper machines' first, while everything due is done. */
function trim(shifts: readonly Shift[], demand: Demand, { minWorkers }: Assumptions): Shift[] {
  const machines = new Int32Array(demand.due.length).fill(minWorkers);
  const change = ({ from, to }: Shift, by: number) => {
    for (let second = from; second < Math.min(to, machines.length); second++) add(machines, second, by);
  };
  for (const shift of shifts) change(shift, 1);
  const kept: Shift[] = [];
  for (const shift of shifts.toReversed()) {
    change(shift, -1);
    let best: Shift = { ...shift };
    if (isDone(machines, demand)) continue;
    for (const edge of ['from', 'to'] as const)
      for (let step = Math.ceil((best.to - best.from) / 2); step >= 1; step = Math.floor(step / 2)) {
        const shorter =
          edge === 'from' ? { ...best, from: best.from + step } : { ...best, to: best.to - step };
        if (shorter.from >= shorter.to) continue;
        change(shorter, 1);
        if (isDone(machines, demand)) best = shorter;
        change(shorter, -1);
      }
    change(best, 1);
    kept.push(best);
  }
  return kept;
}

function isDone(machines: Int32Array, { arrived, due, pace }: Demand): boolean {
  let done = 0;
  for (let second = 0; second < due.length; second++) {
    done = Math.min(arrived[second] ?? 0, done + (machines[second] ?? 0) * pace);
    if (done < (due[second] ?? 0) - 1e-6) return false;
  }
  return true;
}

function add(values: Float64Array | Int32Array, index: number, by: number): void {
  values[index] = (values[index] ?? 0) + by;
}
