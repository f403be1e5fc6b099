import fc from 'fast-check';

/** A fleet and its work, from the moment when all its workers are ready. Times in ms from then on. */
export interface Scenario {
  workers: number;
  minWorkers: number;
  qos: number;
  warmPool: number;
  /** TERMINATE_CHECK_EVERY */
  checkEvery: number;
  /** How long an image takes on a worker's thread, and to download. */
  echoMs: number;
  downloadMs: number;
  /** The first download of each worker lasts until it is told to go, or this long: so it is told while it is busy. */
  firstDownloadMs: number;
  /** When each job is queued. */
  jobs: number[];
  /** Between two ticks of the load balancer. */
  tickMs: number;
  /** When a worker, a busy one where there is one, gets SIGTERM, if ever. */
  signalAt: number | undefined;
}

const scenario: fc.Arbitrary<Scenario> = fc.record({
  workers: fc.integer({ min: 2, max: 4 }),
  minWorkers: fc.integer({ min: 0, max: 1 }),
  qos: fc.integer({ min: 2, max: 10 }),
  warmPool: fc.nat({ max: 2 }),
  checkEvery: fc.constantFrom(1, 1, 2),
  echoMs: fc.nat({ max: 10 }),
  downloadMs: fc.nat({ max: 30 }),
  firstDownloadMs: fc.constantFrom(0, 0, 400),
  jobs: fc.array(fc.nat({ max: 60 }), { minLength: 1, maxLength: 10 }),
  tickMs: fc.integer({ min: 5, max: 40 }),
  signalAt: fc.option(fc.nat({ max: 60 }), { freq: 2, nil: undefined }),
});

export const scenarios = (count: number, seed: number): Scenario[] =>
  fc.sample(scenario, { numRuns: count, seed });
