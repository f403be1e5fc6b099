import * as z from 'zod';
import { isThere, readJson, swapJson, updateJson } from './bucket.ts';
import { MESSAGE_VERSION } from './jobs.ts';
import { outcomeMessage } from './protocol.ts';

export const storedOutcome = z.object({
  v: z.int(),
  requestId: z.string(),
  /** Whose request it was, and its digest; both absent where the deadline passed and only the id was known. */
  tenant: z.string().optional(),
  digest: z.string().optional(),
  outcome: outcomeMessage,
});
/** An outcome as it lies in the bucket. */
export type StoredOutcome = z.infer<typeof storedOutcome>;

const claim = z.object({ tenant: z.string(), digest: z.string() });
export type Claim = z.infer<typeof claim>;

const listener = z.object({ connectionId: z.string(), tenant: z.string(), keyId: z.string().optional() });
/** A connection that asked, by `resume`, for an outcome to come. */
export type Listener = z.infer<typeof listener>;

/** Outcomes, claims and listeners of requests, in the bucket. */
export class Results {
  readonly #bucket: string;
  constructor(bucket: string) {
    this.#bucket = bucket;
  }

  /** The stored outcome of a request, if there is one. */
  async find(requestId: string): Promise<StoredOutcome | undefined> {
    return (await readJson(this.#bucket, resultKey(requestId), storedOutcome))?.value;
  }

  /**
   * Stores an outcome unless there is one. The first one stored wins.
   * @returns the one that is stored: this, or the one that was there
   */
  async store(outcome: Omit<StoredOutcome, 'v'>): Promise<StoredOutcome> {
    const mine = { v: MESSAGE_VERSION, ...outcome };
    for (;;) {
      if ((await swapJson(this.#bucket, resultKey(mine.requestId), mine, undefined)) !== undefined)
        return mine;
      const first = await this.find(mine.requestId);
      if (first) return first;
    }
  }

  /**
   * Claims an id that a client brought for one request. An id that the server made needs none.
   * @returns the claim that holds, and whether it is this, or an earlier one
   */
  async claim(requestId: string, mine: Claim): Promise<{ isNew: boolean; claim: Claim }> {
    const key = claimKey(requestId);
    for (;;) {
      if ((await swapJson(this.#bucket, key, mine, undefined)) !== undefined)
        return { isNew: true, claim: mine };
      const first = await readJson(this.#bucket, key, claim);
      if (first) return { isNew: false, claim: first.value };
    }
  }

  /** Whose an id is that a client brought, as far as it was claimed. */
  async claimOf(requestId: string): Promise<Claim | undefined> {
    return (await readJson(this.#bucket, claimKey(requestId), claim))?.value;
  }

  /** Adds a connection to those that a request's outcome is pushed to. */
  async listen(requestId: string, newcomer: Listener): Promise<void> {
    await updateJson(this.#bucket, listenersKey(requestId), z.array(listener), (list = []) =>
      list.some((one) => one.connectionId === newcomer.connectionId) ? list : [...list, newcomer],
    );
  }

  /** The connections that were added by {@link listen}. */
  async listeners(requestId: string): Promise<Listener[]> {
    const key = listenersKey(requestId);
    if (!(await isThere(this.#bucket, key))) return [];
    return (await readJson(this.#bucket, key, z.array(listener)))?.value ?? [];
  }
}

const resultKey = (requestId: string) => `results/${requestId}.json`;
const claimKey = (requestId: string) => `claims/${requestId}.json`;
const listenersKey = (requestId: string) => `rebind/${requestId}`;
