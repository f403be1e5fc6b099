/** Admissions older than this, in s, count no more. */
const WINDOW_SECONDS = 60;

/** Who was admitted lately, by this process: of many processes each sees a sample. */
export class RecentAdmissions {
  /** Jobs by tenant, by the second they were admitted in; the oldest second first. */
  readonly #seconds = new Map<number, Map<string, number>>();
  /** Of all these seconds: jobs by tenant, and how many. */
  readonly #byTenant = new Map<string, number>();
  #jobs = 0;

  /** @param now ms since the epoch, as are all times here */
  add(tenant: string, jobs: number, now: number): void {
    this.#forget(now);
    const second = Math.floor(now / 1000);
    const admitted = this.#seconds.get(second) ?? new Map<string, number>();
    this.#seconds.set(second, admitted);
    addTo(admitted, tenant, jobs);
    addTo(this.#byTenant, tenant, jobs);
    this.#jobs += jobs;
  }

  /** Jobs that were admitted since a time, to the second. */
  since(time: number): number {
    let jobs = 0;
    for (const [second, admitted] of this.#seconds)
      if (second >= Math.floor(time / 1000)) for (const count of admitted.values()) jobs += count;
    return jobs;
  }

  /**
   * What a tenant has of its equal share, were `jobs` more of its admitted: 1 is all of it, and what a tenant has that is
   * alone.
   */
  shareOf(tenant: string, jobs: number, now: number): number {
    this.#forget(now);
    const had = this.#byTenant.get(tenant);
    const tenants = this.#byTenant.size + (had === undefined ? 1 : 0);
    return (((had ?? 0) + jobs) / (this.#jobs + jobs)) * tenants;
  }

  #forget(now: number): void {
    for (const [second, admitted] of this.#seconds) {
      if (second > now / 1000 - WINDOW_SECONDS) continue;
      this.#seconds.delete(second);
      for (const [tenant, jobs] of admitted) {
        this.#jobs -= jobs;
        if (addTo(this.#byTenant, tenant, -jobs) === 0) this.#byTenant.delete(tenant);
      }
    }
  }
}

/** @returns what there is now */
function addTo(counts: Map<string, number>, name: string, more: number): number {
  const count = (counts.get(name) ?? 0) + more;
  counts.set(name, count);
  return count;
}
