import * as z from 'zod';
import { readJson, swapJson, updateJson } from './bucket.ts';
import { MESSAGE_VERSION } from './jobs.ts';
import { outcomeMessage } from './protocol.ts';

export const storedOutcome = z.object({
  v: z.int(),
  requestId: z.string(),
  /** Whose request it was, and its digest; both absent where the deadline passed and only the id was known. */
  tenant: z.string().optional(),
  digest: z.string().optional(),
  outcome: outcomeMessage,
  /** Somebody listened for it before it was there. */
  awaited: z.literal(true).optional(),
});
/** An outcome as it lies in the bucket. */
export type StoredOutcome = z.infer<typeof storedOutcome>;

/** What lies in an outcome's place, where somebody listens for one that is still to come. */
const mark = z.object({ v: z.int(), requestId: z.string(), awaited: z.literal(true) });
/** What lies under a request's id. */
export const storedResult = z.union([storedOutcome, mark]);
export const hasOutcome = (stored: z.infer<typeof storedResult>): stored is StoredOutcome =>
  'outcome' in stored;

const claim = z.object({ tenant: z.string(), digest: z.string() });
export type Claim = z.infer<typeof claim>;

const listener = z.object({ connectionId: z.string(), tenant: z.string(), keyId: z.string().optional() });
const listeners = z.array(listener);
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
    const stored = (await readJson(this.#bucket, resultKey(requestId), storedResult))?.value;
    return stored && hasOutcome(stored) ? stored : undefined;
  }

  /**
   * Stores an outcome unless there is one. The first one stored wins.
   * @returns the one that is stored: this, or the one that was there; `awaited` where somebody listens for it
   */
  async store(outcome: Omit<StoredOutcome, 'v' | 'awaited'>): Promise<StoredOutcome> {
    const key = resultKey(outcome.requestId);
    let mine: StoredOutcome = { v: MESSAGE_VERSION, ...outcome };
    for (let etag: string | undefined; ; ) {
      if ((await swapJson(this.#bucket, key, mine, etag)) !== undefined) return mine;
      const there = await readJson(this.#bucket, key, storedResult);
      if (there && hasOutcome(there.value)) return there.value;
      etag = there?.etag;
      if (there) mine = { ...mine, awaited: true };
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

  /**
   * Adds a connection to those that a request's outcome is pushed to, and then marks the outcome's place: whoever stores it
   * later learns that somebody listens, and what was stored earlier is found by whoever looks for it now.
   */
  async listen(requestId: string, newcomer: Listener): Promise<void> {
    await updateJson(this.#bucket, listenersKey(requestId), listeners, (list = []) =>
      list.some((one) => one.connectionId === newcomer.connectionId) ? list : [...list, newcomer],
    );
    const place = { v: MESSAGE_VERSION, requestId, awaited: true };
    await swapJson(this.#bucket, resultKey(requestId), place, undefined);
  }

  /** The connections that were added by {@link listen}. */
  async listeners(requestId: string): Promise<Listener[]> {
    return (await readJson(this.#bucket, listenersKey(requestId), listeners))?.value ?? [];
  }
}

const resultKey = (requestId: string) => `results/${requestId}.json`;
const claimKey = (requestId: string) => `claims/${requestId}.json`;
const listenersKey = (requestId: string) => `rebind/${requestId}`;
