import { ServiceError } from '../shared/errors.ts';
import { log } from '../shared/log.ts';
import type { ModelId } from '../shared/models.ts';
import type { PreparedModel } from './engines/create-engine.ts';
import { HeldModel, type LoadedModel } from './held-model.ts';
import { ModelMemory, ModelTooLargeError } from './model-memory.ts';
import { DiskError, ModelError } from './models/model-errors.ts';
import { Turns } from './turns.ts';

export interface ModelLoadsOptions {
  /** Gets a model's files ready. */
  prepare(model: ModelId): Promise<PreparedModel>;
  /** That all loaded models may take together, in MB. */
  limitMb: number;
  /** The first wait after a load that failed, in ms; it doubles with each failure, up to a minute. */
  retryMs?: number;
}

/*
 * A version of a model in this worker
 *
 *   (not here) ──▶ loading ──▶ ready ──▶ retired ──▶ (not here)
 *                     │
 *                     └──▶ failed ──▶ loading, by the first job that wants it after a while
 *
 *   loading   Its files are fetched, room is made, its engine is loaded and warmed up.
 *   ready     Jobs lease it.
 *   retired   No job gets it any more; with the last that has it, it is disposed of.
 */
type State =
  | { kind: 'loading'; loaded: Promise<HeldModel> }
  | { kind: 'ready'; held: HeldModel }
  | { kind: 'failed'; error: ServiceError; failures: number; until: number };

const RETRY_MS = 1_000;
const RETRY_AT_MOST_MS = 60_000;

/** Loads models, within a limit to their memory; each once, however many want it. */
export class ModelLoads {
  readonly #options: ModelLoadsOptions;
  readonly #memory: ModelMemory;
  /** By `name@version`. */
  readonly #states = new Map<string, State>();
  /** Loads at the same time could not tell how much memory is left. */
  readonly #turns = new Turns(1);
  #closed = false;

  constructor(options: ModelLoadsOptions) {
    this.#options = options;
    this.#memory = new ModelMemory(options.limitMb);
  }

  /** Where it is ready to be leased. */
  ready(key: string | undefined): HeldModel | undefined {
    const state = key === undefined ? undefined : this.#states.get(key);
    return state?.kind === 'ready' && !state.held.isRetired ? state.held : undefined;
  }

  /**
   * Loads a model unless it is here. After a failure it fails at once for a while.
   * @param beside others that are not to go for it if that can be helped
   * @param onReady called as soon as it is
   * @throws ServiceError `UNKNOWN_MODEL` where this stage cannot run it, `INTERNAL`; the log has the cause
   */
  load(id: ModelId, beside: readonly HeldModel[], onReady: () => void): Promise<HeldModel> {
    const key = keyOf(id);
    const state = this.#states.get(key);
    if (state?.kind === 'loading') return state.loaded;
    if (state?.kind === 'ready' && !state.held.isRetired) return Promise.resolve(state.held);
    if (state?.kind === 'failed' && Date.now() < state.until) return Promise.reject(state.error);
    if (this.#closed) return Promise.reject(new Error('the worker is going'));
    const loaded = this.#open(id, beside).then(
      (held) => {
        this.#states.set(key, { kind: 'ready', held });
        onReady();
        return held;
      },
      (error: unknown) => {
        const failures = state?.kind === 'failed' ? state.failures + 1 : 1;
        const failed = this.#failure(id, error, failures);
        this.#states.set(key, failed);
        throw failed.error;
      },
    );
    this.#states.set(key, { kind: 'loading', loaded });
    return loaded;
  }

  /** Lets all go that are not to be kept, those ready with their last lease. What is being loaded is left alone. */
  retire(isKept: (key: string) => boolean): void {
    for (const [key, state] of this.#states) {
      if (isKept(key) || state.kind === 'loading') continue;
      this.#states.delete(key);
      if (state.kind === 'ready') void state.held.retire();
    }
  }

  /** @throws ServiceError `INTERNAL` where these are more than may be here at the same time */
  checkTogether(models: readonly HeldModel[]): void {
    const all = [...new Set(models)];
    const name = all.map(({ model }) => keyOf(model.manifest)).join(' and ');
    const memoryMb = all.reduce((sum, held) => sum + held.memoryMb, 0);
    try {
      this.#memory.check(name, memoryMb);
    } catch (cause) {
      throw new ServiceError('INTERNAL', undefined, { retryable: false, cause });
    }
  }

  /** Ends all: what runs is finished, what waits fails. */
  close(): Promise<void> {
    this.#closed = true;
    return this.#memory.close();
  }

  async #open(id: ModelId, beside: readonly HeldModel[]): Promise<HeldModel> {
    const start = performance.now();
    const prepared = await this.#options.prepare(id);
    const { memoryMb } = prepared;
    this.#memory.check(keyOf(id), memoryMb);
    return this.#turns.run(async () => {
      await this.#memory.makeRoom(memoryMb, beside);
      const model = await loadEngine(prepared);
      const held = new HeldModel(model, memoryMb);
      if (this.#closed) await held.end();
      else this.#memory.add(held);
      const { takenMb } = this.#memory;
      const ms = Math.round(performance.now() - start);
      log.info('model loaded', { model: keyOf(id), engine: model.engine.name, ms, memoryMb, takenMb });
      return held;
    });
  }

  #failure(id: ModelId, cause: unknown, failures: number): Extract<State, { kind: 'failed' }> {
    const { retryMs = RETRY_MS } = this.#options;
    const isFinal = cause instanceof ModelTooLargeError;
    const waitMs = isFinal
      ? Number.POSITIVE_INFINITY
      : Math.min(RETRY_AT_MOST_MS, retryMs * 2 ** (failures - 1));
    const again = isFinal ? {} : { againInMs: waitMs };
    log.error('model not loaded', { model: keyOf(id), failures, ...again, error: cause });
    const canNeverRun = cause instanceof ModelError && !(cause instanceof DiskError);
    const error = canNeverRun
      ? new ServiceError('UNKNOWN_MODEL', `This stage cannot run ${keyOf(id)}.`, { cause })
      : new ServiceError('INTERNAL', undefined, { retryable: !isFinal, cause });
    return { kind: 'failed', error, failures, until: Date.now() + waitMs };
  }
}

async function loadEngine(prepared: PreparedModel): Promise<LoadedModel> {
  const engine = await prepared.load();
  try {
    await engine.warmUp();
  } catch (error) {
    await engine.dispose();
    throw error;
  }
  return { manifest: engine.manifest, engine, labels: engine.labels };
}

/** A version of a model, as a reference. */
export const keyOf = ({ name, version }: ModelId): string => `${name}@${version}`;
