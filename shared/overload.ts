import { ServiceError } from './errors.ts';
import { backlogNow, timeFor } from './estimate.ts';
import type { FleetState } from './fleet-state.ts';
import { RecentAdmissions } from './recent-admissions.ts';

/** What is left of the time that there is for tenants that have not had their share, once the others have filled the rest. */
const HEADROOM = 0.1;

export interface Asked {
  tenant: string;
  /** Jobs that are asked for in one message. */
  jobs: number;
  /** Time left until their deadline, in ms. */
  leftMs: number;
  /** ms since the epoch */
  now: number;
}

/** Admits what can be done in time, by all that is known, and refuses the rest. */
export class Admission {
  readonly #recent = new RecentAdmissions();

  /**
   * Takes note of the jobs of a message, if all can be done in time: the last of them decides, for a batch is refused whole. The queue is
   * a fair one: who has had less than an equal share lately waits for no more than the same share of the backlog. So
   * refusal falls on the others first, and what they leave free is for those.
   * @throws ServiceError `OVERLOADED`
   */
  admit(state: FleetState | undefined, asked: Asked): void {
    if (state) this.#check(state, asked);
    this.#recent.add(asked.tenant, asked.jobs, asked.now);
  }

  #check(state: FleetState, { tenant, jobs, leftMs, now }: Asked): void {
    const since = { ms: Math.max(0, now - state.tickedAt), admitted: this.#recent.since(state.tickedAt) };
    const share = Math.min(1, this.#recent.shareOf(tenant, jobs, now));
    const waitMs = timeFor(backlogNow(state, since) * share + jobs, state);
    const limitMs = share < 1 ? leftMs : leftMs * (1 - HEADROOM);
    if (waitMs === null || waitMs <= limitMs) return;
    const retryAfterMs = Math.max(1000, Math.ceil(waitMs - limitMs));
    throw new ServiceError('OVERLOADED', undefined, { retryAfterMs });
  }
}
