import type { JobMessage } from '../../shared/jobs.ts';
import { type Findings, joined } from '../findings.ts';
import { Lru } from './lru.ts';
import type { Validator } from './validator.ts';

/** The image that a URL led to. */
export interface KnownPlace {
  /** Of the file. */
  readonly hash: string;
  readonly validator: Validator;
}

/** Of the whole, for URLs; the rest is for images. A place takes about a sixth of what an image takes. */
const SHARE_OF_PLACES = 1 / 8;

/*
 * What an entry, and an array in it, takes beside its letters and numbers, in bytes: measured with 20,000 of each. A letter
 * takes one byte, for URLs and names are ASCII.
 */
const OF_AN_ENTRY = 600;
const OF_AN_ARRAY = 250;

type Asking = Pick<JobMessage, 'tenant' | 'imageUrl'>;

/**
 * What a worker remembers of images, within a number of bytes. Each tenant's by itself: nobody learns by an answer, or by
 * how soon it comes, what somebody else has asked for.
 */
export class KnownImages {
  readonly #images: Lru<Findings>;
  readonly #places: Lru<KnownPlace>;
  /** Files that jobs are at. */
  readonly #underWay = new Map<string, Promise<unknown>>();

  /** @param limit in bytes */
  constructor(limit: number) {
    this.#images = new Lru(limit * (1 - SHARE_OF_PLACES), bytesOfImage);
    this.#places = new Lru(limit * SHARE_OF_PLACES, bytesOfPlace);
  }

  /** Where a job's URL led to, and what was found there. */
  at({ tenant, imageUrl }: Asking): (KnownPlace & { findings: Findings }) | undefined {
    const place = this.#places.get(keyOf(tenant, imageUrl));
    const findings = place && this.of(tenant, place.hash);
    return findings && { ...place, findings };
  }

  /** What was found out about a file. */
  of(tenant: string, hash: string): Findings | undefined {
    return this.#images.get(keyOf(tenant, hash));
  }

  /**
   * Does something with a file while no other job is at the same one: that which comes second finds what the first found
   * out, or tries for itself where that one failed.
   */
  async inTurn<T>(tenant: string, hash: string, task: () => Promise<T>): Promise<T> {
    const key = keyOf(tenant, hash);
    for (let other = this.#underWay.get(key); other; other = this.#underWay.get(key))
      await other.catch(() => {}); // told to the job that it is of
    const own = task();
    this.#underWay.set(key, own);
    try {
      return await own;
    } finally {
      this.#underWay.delete(key);
    }
  }

  /** Adds to what is known of a file. */
  learn(tenant: string, hash: string, findings: Findings): void {
    const key = keyOf(tenant, hash);
    this.#images.set(key, joined(this.#images.get(key), findings));
  }

  /** Remembers where a job's URL led to; without a validator no more that it led anywhere. */
  place({ tenant, imageUrl }: Asking, hash: string, validator: Validator | undefined): void {
    const key = keyOf(tenant, imageUrl);
    if (validator) this.#places.set(key, { hash, validator });
    else this.#places.delete(key);
  }
}

// A tenant's name has no blank: see `shared/api-key.ts`.
const keyOf = (tenant: string, what: string): string => `${tenant} ${what}`;

const bytesOfImage = (key: string, { image, probabilities }: Findings): number =>
  Object.entries(probabilities).reduce(
    (sum, [name, values]) => sum + OF_AN_ARRAY + name.length + values.byteLength,
    // Colours are twice as long as they are in JSON.
    OF_AN_ENTRY + key.length + 2 * JSON.stringify(image).length,
  );

const bytesOfPlace = (key: string, { hash, validator: { url, value } }: KnownPlace): number =>
  OF_AN_ENTRY + key.length + hash.length + url.length + value.length;
