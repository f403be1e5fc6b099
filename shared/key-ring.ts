import { idOfKey, isKeyOf } from './api-key.ts';
import { readConfig } from './config.ts';
import { type ApiKey, KeyStore } from './key-store.ts';
import { log } from './log.ts';
import { once } from './once.ts';

/** After this long the keys are read again, in ms. */
const FRESH_MS = 15_000;
/** While they cannot be read, those that were known go on for this long, in ms: a revocation reaches all in a minute. */
const USABLE_MS = 55_000;
/** A key that is not known may have been made just now; but who tries keys must not make us ask SSM for each. In ms. */
const ASK_AGAIN_MS = 1_000;

/** The keys of a stage, as this process knows them. */
export class KeyRing {
  readonly #store: Pick<KeyStore, 'list'>;
  #known: { at: number; keys: Map<string, ApiKey> } | undefined;
  #reading: Promise<Map<string, ApiKey>> | undefined;

  constructor(store: Pick<KeyStore, 'list'>) {
    this.#store = store;
  }

  /** The key that somebody shows, if it is one of the stage's. */
  async find(shown: string): Promise<ApiKey | undefined> {
    const id = idOfKey(shown);
    if (id === undefined) return undefined;
    const kept = (await this.#keys(FRESH_MS)).get(id) ?? (await this.#keys(ASK_AGAIN_MS)).get(id);
    return kept && isKeyOf(shown, kept.hash) ? kept : undefined;
  }

  /** Whether a key still is one, as of {@link USABLE_MS} ago at the latest. */
  async holds(id: string): Promise<boolean> {
    return (await this.#keys(FRESH_MS)).has(id);
  }

  /** @throws what SSM throws, once all that is known is too old */
  async #keys(freshMs: number): Promise<Map<string, ApiKey>> {
    const known = this.#known;
    const age = known ? Date.now() - known.at : Number.POSITIVE_INFINITY;
    if (known && age < freshMs) return known.keys;
    try {
      this.#reading ??= this.#read();
      return await this.#reading;
    } catch (error) {
      if (!known || age >= USABLE_MS) throw error;
      log.warn('API keys not read again', { error });
      return known.keys;
    }
  }

  async #read(): Promise<Map<string, ApiKey>> {
    const at = Date.now();
    try {
      const keys = new Map((await this.#store.list()).map((key) => [key.id, key]));
      this.#known = { at, keys };
      return keys;
    } finally {
      this.#reading = undefined;
    }
  }
}

const settings = once(() => readConfig(['AUTH', 'STAGE']));
const stageKeys = once(() => new KeyRing(new KeyStore(settings().STAGE)));

/** The keys that open the stage; `undefined` where it is open to all. */
export const keyRing = (): KeyRing | undefined => (settings().AUTH === 'open' ? undefined : stageKeys());

/** Whether what a key opened may go on: a socket outlives the authorizer's word, but not its key. */
export async function mayGoOn(keyId: string | undefined): Promise<boolean> {
  const ring = keyRing();
  return ring === undefined || (keyId !== undefined && (await ring.holds(keyId)));
}
