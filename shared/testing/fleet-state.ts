import type { FleetState } from '../fleet-state.ts';

/** A state of two ready workers of ten, of 50 ms a job, with six jobs that wait and three in flight. */
export const fleetStateOf = (over: Partial<FleetState>): FleetState => ({
  v: 1,
  tickedAt: 0,
  queue: { visible: 6, inFlight: 3 },
  workers: { booting: 0, ready: 2, draining: 0 },
  serviceMs: 50,
  imagesPerSecond: 40,
  maxWorkers: 10,
  launches: [],
  terminations: [],
  reason: '',
  ...over,
});
