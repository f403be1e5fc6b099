import type { Headcount, Situation } from '../policies/policy.ts';

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
