import { ServiceError } from '../shared/errors.ts';
import type { ModelId } from '../shared/models.ts';
import { TimeUpError, within } from '../shared/within.ts';
import type { HeldModel, LoadedModel } from './held-model.ts';
import type { JobLimits } from './in-time.ts';
import { keyOf, ModelLoads, type ModelLoadsOptions } from './model-loads.ts';
import type { ModelRepository } from './models/repository.ts';

export type { LoadedModel } from './held-model.ts';

/** What a job needs of the models. */
export interface WantedModels {
  /** `name`, or `name@version`. */
  model: string;
  /** Whether the stage's model for content moderation is wanted, too. */
  moderation?: boolean | undefined;
}

/** Models held for a job: none of them is disposed of before they are released. */
export interface ModelLease {
  readonly model: LoadedModel;
  readonly moderation: LoadedModel | undefined;
  release(): void;
}

export interface Models {
  /**
   * The models of a job, once they are loaded.
   * @throws ServiceError `UNKNOWN_MODEL`; `INTERNAL` where one cannot be loaded; `TIMEOUT`
   */
  lease(wanted: WantedModels, limits: Pick<JobLimits, 'deadline' | 'aside'>): Promise<ModelLease>;
}

export interface LoadedModelsOptions extends ModelLoadsOptions {
  repository: Pick<ModelRepository, 'resolve' | 'find' | 'ofTask' | 'onChange'>;
}

/**
 * The models of a worker. Each is loaded when it is first wanted; a job that wants no certain version gets the one that
 * served last until the current one is ready.
 */
export class LoadedModels implements Models {
  readonly #repository: LoadedModelsOptions['repository'];
  readonly #loads: ModelLoads;
  /** By name, the version that was last the current one and ready. */
  readonly #serving = new Map<string, string>();

  constructor({ repository, ...options }: LoadedModelsOptions) {
    this.#repository = repository;
    this.#loads = new ModelLoads(options);
    repository.onChange(() => this.#follow());
  }

  async lease(
    wanted: WantedModels,
    { deadline, aside }: Pick<JobLimits, 'deadline' | 'aside'>,
  ): Promise<ModelLease> {
    // Nothing is held while another is loaded: two jobs could wait for one another's memory for ever.
    for (;;) {
      const ready = this.#ready(wanted);
      if (ready) return leaseOf(ready);
      if (Date.now() >= deadline) throw new ServiceError('TIMEOUT');
      await aside(() => this.#loadMissing(wanted, deadline));
    }
  }

  /** Loads a model before a job wants it. */
  async preload(reference: string): Promise<LoadedModel> {
    const id = await this.#find(reference);
    return (await this.#load(id)).model;
  }

  /** Ends all models: what runs is finished, what waits fails. */
  close(): Promise<void> {
    return this.#loads.close();
  }

  #ready({ model: reference, moderation: isWanted }: WantedModels): Ready | undefined {
    const model = this.#serve(reference);
    if (!isWanted) return model && { model, moderation: undefined };
    const moderator = this.#repository.ofTask('moderation');
    const moderation = moderator && this.#serve(moderator.name);
    return model && moderation && { model, moderation };
  }

  #serve(reference: string): HeldModel | undefined {
    const id = this.#repository.resolve(reference);
    const held = id && this.#loads.ready(keyOf(id));
    if (id === undefined || held !== undefined || reference.includes('@')) return held;
    const elder = this.#loads.ready(this.#serving.get(id.name));
    if (elder) this.#loadBeside(id);
    return elder;
  }

  async #loadMissing({ model, moderation }: WantedModels, deadline: number): Promise<void> {
    const wanted = [{ reference: model, id: await this.#find(model) }];
    if (moderation) {
      const id = this.#repository.ofTask('moderation');
      if (!id) throw new ServiceError('UNKNOWN_MODEL', 'This stage has no model for content moderation.');
      wanted.push({ reference: id.name, id });
    }
    const held: HeldModel[] = [];
    for (const { reference, id } of wanted) {
      // Else each of two could be loaded in the other's place, again and again, where others are always in use.
      const beside = wanted.flatMap((other) => this.#serve(other.reference) ?? []);
      held.push(this.#serve(reference) ?? (await inTime(deadline, this.#load(id, beside))));
    }
    this.#loads.checkTogether(held);
    // What is here may be gone again at once. Others are to have their turn, and the deadline is to be seen.
    if (!this.#ready({ model, moderation })) await new Promise(setImmediate);
  }

  async #find(reference: string): Promise<ModelId> {
    const id = await this.#repository.find(reference);
    if (id === undefined)
      throw new ServiceError(
        'UNKNOWN_MODEL',
        `There is no model ${JSON.stringify(reference)}. GET /models lists those that there are.`,
      );
    return id;
  }

  #load(id: ModelId, beside: readonly HeldModel[] = []): Promise<HeldModel> {
    return this.#loads.load(id, beside, () => this.#takeOver(id));
  }

  /** The elder version serves until this one is ready, and on where it fails, which the log tells. */
  #loadBeside(id: ModelId): void {
    this.#load(id).catch(() => {});
  }

  #takeOver({ name, version }: ModelId): void {
    if (this.#repository.resolve(name)?.version === version) {
      const elder = this.#serving.get(name);
      const key = keyOf({ name, version });
      this.#serving.set(name, key);
      if (elder !== key) this.#loads.retire((other) => other !== elder);
    }
    this.#loads.retire((key) => this.#repository.resolve(key) !== undefined);
  }

  /** The stage serves other models. */
  #follow(): void {
    this.#loads.retire((key) => this.#repository.resolve(key) !== undefined);
    for (const [name, key] of this.#serving) {
      const id = this.#repository.resolve(name);
      if (id && keyOf(id) !== key && this.#loads.ready(key)) this.#loadBeside(id);
    }
  }
}

interface Ready {
  model: HeldModel;
  moderation: HeldModel | undefined;
}

function leaseOf({ model, moderation }: Ready): ModelLease {
  const releases = [model.lease(), moderation?.lease()];
  const release = () => {
    for (const each of releases) each?.();
  };
  return { model: model.model, moderation: moderation?.model, release };
}

const LONGEST_TIMER_MS = 2 ** 31 - 1;

/** @throws ServiceError `TIMEOUT` */
async function inTime(deadline: number, loaded: Promise<HeldModel>): Promise<HeldModel> {
  try {
    return await within(Math.min(LONGEST_TIMER_MS, deadline - Date.now()), loaded);
  } catch (error) {
    throw error instanceof TimeUpError ? new ServiceError('TIMEOUT', undefined, { cause: error }) : error;
  }
}
