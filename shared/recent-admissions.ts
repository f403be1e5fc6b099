/** Admissions older than this, in s, count no more. */
const WINDOW_SECONDS = 60;

/** Who was admitted lately, by this process: of many processes each sees a sample. */
export class RecentAdmissions {
  /** Jobs by tenant, by the second they were admitted in; the oldest second first. */
  readonly #seconds = new Map<number, Map<string, number>>();

  /** @param now ms since the epoch, as are all times here */
  add(tenant: string, jobs: number, now: number): void {
    const second = Math.floor(now / 1000);
    const admitted = this.#seconds.get(second) ?? new Map<string, number>();
    admitted.set(tenant, (admitted.get(tenant) ?? 0) + jobs);
    this.#seconds.set(second, admitted);
    for (const old of this.#seconds.keys()) {
      if (old > second - WINDOW_SECONDS) break;
      this.#seconds.delete(old);
    }
  }

  /** Jobs that were admitted since a time, to the second. */
  since(time: number): number {
    const jobs = [...this.#seconds].flatMap(([second, admitted]) =>
      second >= Math.floor(time / 1000) ? [...admitted.values()] : [],
    );
    return sum(jobs);
  }

  /**
   * What a tenant has of its equal share, were `jobs` more of its admitted: 1 is all of it, and what a tenant has that is
   * alone.
   */
  shareOf(tenant: string, jobs: number, now: number): number {
    const byTenant = new Map([[tenant, jobs]]);
    for (const [second, admitted] of this.#seconds) {
      if (second <= now / 1000 - WINDOW_SECONDS) continue;
      for (const [name, count] of admitted) byTenant.set(name, (byTenant.get(name) ?? 0) + count);
    }
    return ((byTenant.get(tenant) ?? 0) / sum([...byTenant.values()])) * byTenant.size;
  }
}

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);
