import type { Headcount, PolicySettings, Situation } from '../policies/policy.ts';

/** The defaults of a deployment. */
export const SETTINGS: PolicySettings = {
  MIN_WORKERS: 1,
  MAX_WORKERS: 19,
  QOS: 5,
  SCALING_FACTOR: 1,
  TARGET_WAIT_SECONDS: 5,
  STABILISATION_SECONDS: 300,
};

/** A situation in a test: what is not said is nothing. `queued` messages are in flight as far as ready workers can be busy. */
export function situation({
  queued = 0,
  headcount = {},
  ...rest
}: Partial<Omit<Situation, 'headcount' | 'queue'>> & {
  queued?: number | undefined;
  headcount?: Partial<Headcount>;
} = {}): Situation {
  const all = { booting: 0, ready: 0, draining: 0, launching: 0, going: 0, ...headcount };
  const inFlight = Math.min(queued, all.ready);
  return {
    now: 1_800_000_000_000,
    queue: { visible: queued - inFlight, inFlight },
    headcount: all,
    bootingForMs: Array<number>(all.booting + all.launching).fill(0),
    measured: { serviceMs: null, heldMs: null, bootMs: null },
    ...rest,
  };
}
