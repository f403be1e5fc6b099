import type { JobMessage } from '../../shared/jobs.ts';
import type { Fetched } from '../fetch-image.ts';
import { type Findings, foundBy, joined } from '../findings.ts';
import type { LoadedModel } from '../loaded-models.ts';
import type { KnownImages } from './known-images.ts';
import type { Validator } from './validator.ts';

/** What it took to find something out. */
export interface Examined {
  findings: Findings;
  decodeMs: number;
  inferMs: number;
  /** That the whole worker took for it, see `ServiceMeter`; `undefined` where nothing was inferred. */
  serviceMs: number | undefined;
}

const remembered = (findings: Findings): Examined => ({
  ...{ findings, decodeMs: 0, inferMs: 0 },
  serviceMs: undefined,
});

/** One job's use of what its worker remembers. */
export class Recall {
  readonly #known: KnownImages | undefined;
  readonly #job: JobMessage;
  readonly #models: readonly LoadedModel[];
  readonly #place: ReturnType<KnownImages['at']>;

  /**
   * @param known `undefined`: nothing is remembered
   * @param models that are to see the image
   */
  constructor(known: KnownImages | undefined, job: JobMessage, models: readonly LoadedModel[]) {
    this.#known = known;
    this.#job = job;
    this.#models = models;
    const place = known?.at(job);
    // Held until the job is done, whatever else is remembered meanwhile.
    if (place && this.#isAllIn(place.findings)) this.#place = place;
  }

  /** What the image's host may be asked by: only where nothing would be missing without the file. */
  get validator(): Validator | undefined {
    return this.#place?.validator;
  }

  /**
   * What the models make of the image, remembered as far as it is known.
   * @param examine finds out what is missing
   */
  async findings(
    fetched: Fetched,
    examine: (file: Buffer, models: readonly LoadedModel[]) => Promise<Examined>,
  ): Promise<Examined> {
    const known = this.#known;
    if (!fetched.changed) {
      if (!known || !this.#place) throw new Error('the image is said to be as it was, though nobody asked');
      known.place(this.#job, this.#place.hash, fetched.validator);
      return remembered(this.#place.findings);
    }
    if (!known) return examine(fetched.bytes, this.#models);
    const { tenant } = this.#job;
    const { hash } = fetched;
    const examined = await known.inTurn(tenant, hash, async () => {
      const before = known.of(tenant, hash);
      const missing = this.#missingIn(before);
      if (before && this.#isAllIn(before)) return remembered(before);
      const { findings, ...times } = await examine(fetched.bytes, missing);
      known.learn(tenant, hash, findings);
      return { findings: joined(before, findings), ...times };
    });
    known.place(this.#job, hash, fetched.validator);
    return examined;
  }

  #isAllIn(findings: Findings): boolean {
    const hasColors = !this.#job.colors || findings.image.colors !== undefined;
    return hasColors && this.#missingIn(findings).length === 0;
  }

  #missingIn(findings: Findings | undefined): readonly LoadedModel[] {
    return this.#models.filter((model) => foundBy(model, findings) === undefined);
  }
}
