/** What a simulation takes for granted. */
export interface Assumptions {
  /** A thread's time for a job, in ms. */
  serviceMs: number;
  /** Jobs that a worker infers at once: its threads. */
  concurrency: number;
  /** Median of the time that a machine takes to boot, in s. */
  bootSeconds: number;
  /** Standard deviation of the boot time's logarithm: 0.2 puts 9 of 10 boots between 0.72 and 1.39 of the median. */
  bootSpread: number;
  /** Share of the machines that never become ready, 0..1. */
  bootFailure: number;
  /** Time after which such a machine is given up, in s. */
  bootDeadlineSeconds: number;
  minWorkers: number;
  maxWorkers: number;
  tickSeconds: number;
  /** DescribeInstances shows what was so long ago, in s. */
  describeLagSeconds: number;
  /** Time from arrival to the deadline, in s. */
  timeoutSeconds: number;
  /** A request answered within this time is answered in time, in s. */
  sloSeconds: number;
  /** Settings of the policies. */
  targetWaitSeconds: number;
  stabilisationSeconds: number;
  qos: number;
  scalingFactor: number;
  seed: number;
}

export const DEFAULTS: Assumptions = {
  serviceMs: 44,
  concurrency: 1,
  bootSeconds: 25,
  bootSpread: 0.2,
  bootFailure: 0.01,
  bootDeadlineSeconds: 300,
  minWorkers: 1,
  maxWorkers: 19,
  tickSeconds: 5,
  describeLagSeconds: 2,
  timeoutSeconds: 120,
  sloSeconds: 10,
  targetWaitSeconds: 5,
  stabilisationSeconds: 300,
  qos: 5,
  scalingFactor: 1,
  seed: 1,
};

/** When requests arrive. */
export interface Trace {
  name: string;
  /** In ms from the beginning, ascending. */
  arrivals: Float64Array;
  /** Time that the trace covers, in ms: it may end in silence. */
  durationMs: number;
}
