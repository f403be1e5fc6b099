import { readJsonIfChanged } from '../../shared/bucket.ts';
import { log } from '../../shared/log.ts';
import {
  type ModelId,
  modelOfTask,
  resolveModel,
  SERVED_CATALOGUE_KEY,
  servedCatalogue,
} from '../../shared/models.ts';
import { buildAside } from './build-aside.ts';
import { builtIn } from './built-ins.ts';
import { fetchModel } from './fetch-model.ts';
import {
  type Artefact,
  filesFor,
  filesMissing,
  type ModelFolder,
  type ModelManifest,
  modelFolder,
  readManifest,
} from './manifest.ts';
import { ModelError } from './model-errors.ts';
import { pruneModels } from './model-folders.ts';
import type { OnProgress } from './progress.ts';
import { BUILT_IN_CATALOGUE } from './served.ts';

/** The models that a stage serves, and their files on this machine. */
export interface ModelRepository {
  /** Name of the model of a request that names none. */
  readonly usual: string;
  /** What `name` or `name@version` stands for, by the served catalogue as last read; undefined: not served. */
  resolve(reference: string): ModelId | undefined;
  /** The same, after a fresh read where the reference is not known: it may have been published just now. */
  find(reference: string): Promise<ModelId | undefined>;
  /** The model of a task: the first served, in its current version; undefined where none is. */
  ofTask(task: ModelManifest['task']): ModelId | undefined;
  /**
   * Its net for an engine, and its labels, on this disk and verified: from home, else from the bucket, else, where it is
   * built in, made here.
   *
   * @param artefact See `filesFor`, which names the files. Unset: int8, or what it has.
   * @throws {ModelError} It is nowhere to be had, or not as its manifest says.
   * @throws {Error} It is built in, and cannot be fetched.
   */
  open(model: ModelId, artefact?: Artefact): Promise<ModelFolder>;
  /** Told after each change of the served catalogue. */
  onChange(listener: () => void): void;
  /** Looks for changes no more. */
  close(): void;
}

export interface RepositoryOptions {
  readonly bucket: string;
  /** CLASSIFYCLOUD_HOME, or `defaultHome()`: what is there is taken as it is. */
  readonly home: string;
  /** Where models are put that are fetched or built; home unless it may not be written to. */
  readonly cache?: string | undefined;
  /** Time between two looks at the served catalogue, ms. */
  readonly refreshMs: number;
  readonly onProgress?: OnProgress;
}

/** The models of a stage. Where it has not published any yet, or the bucket does not answer, these are the built-in ones. */
export async function openRepository(options: RepositoryOptions): Promise<ModelRepository> {
  const repository = new BucketRepository(options);
  await repository.refresh();
  repository.keepLooking();
  return repository;
}

class BucketRepository implements ModelRepository {
  readonly #options: RepositoryOptions;
  readonly #listeners: (() => void)[] = [];
  #catalogue = BUILT_IN_CATALOGUE;
  #etag: string | undefined;
  #reading: Promise<void> | undefined;
  #failing = false;
  #timer: NodeJS.Timeout | undefined;

  constructor(options: RepositoryOptions) {
    this.#options = options;
  }

  get usual(): string {
    return this.#catalogue.default;
  }

  resolve(reference: string): ModelId | undefined {
    return resolveModel(this.#catalogue, reference);
  }

  async find(reference: string): Promise<ModelId | undefined> {
    const known = this.resolve(reference);
    if (known !== undefined) return known;
    await this.refresh();
    return this.resolve(reference);
  }

  ofTask(task: ModelManifest['task']): ModelId | undefined {
    return modelOfTask(this.#catalogue, task);
  }

  async open(model: ModelId, artefact?: Artefact): Promise<ModelFolder> {
    const { bucket, home, cache = home, onProgress } = this.#options;
    for (const place of new Set([home, cache])) {
      const found = await openFolder(modelFolder(place, model), artefact);
      if (found !== undefined) return found;
    }
    if (cache !== home) await pruneModels(cache, ({ name, version }) => this.#serves(name, version));
    const fetched = await fetchModel(bucket, model, cache);
    if (fetched !== undefined) return fetched;
    const known = builtIn(model);
    if (known === undefined) {
      throw new ModelError(`${model.name}@${model.version} is neither on this machine nor in the bucket`);
    }
    await buildAside({ model, home: cache, names: filesFor(known.manifest, artefact) }, onProgress);
    return { manifest: known.manifest, folder: modelFolder(cache, model) };
  }

  #serves(name: string, version: string): boolean {
    return this.resolve(`${name}@${version}`) !== undefined;
  }

  onChange(listener: () => void): void {
    this.#listeners.push(listener);
  }

  close(): void {
    clearInterval(this.#timer);
  }

  keepLooking(): void {
    this.#timer = setInterval(() => void this.refresh(), this.#options.refreshMs).unref();
  }

  /** Reads the served catalogue; who asks while it is being read waits for that. */
  refresh(): Promise<void> {
    this.#reading ??= this.#read().finally(() => {
      this.#reading = undefined;
    });
    return this.#reading;
  }

  async #read(): Promise<void> {
    try {
      const { bucket } = this.#options;
      const stored = await readJsonIfChanged(bucket, SERVED_CATALOGUE_KEY, servedCatalogue, this.#etag);
      this.#failing = false;
      if (stored === 'unchanged' || stored?.etag === this.#etag) return;
      this.#etag = stored?.etag;
      this.#catalogue = stored?.value ?? BUILT_IN_CATALOGUE;
    } catch (error) {
      // What was read last is true until something else is read; said once for each time that it fails.
      if (!this.#failing) log.warn('the catalogue of models cannot be read', { error });
      this.#failing = true;
      return;
    }
    for (const listener of this.#listeners) listener();
  }
}

/** A model that lies in a folder, with what an engine needs of it whole; undefined where it does not. */
async function openFolder(folder: string, artefact: Artefact | undefined): Promise<ModelFolder | undefined> {
  const manifest = await readManifest(folder);
  if (manifest === undefined) return undefined;
  const found = { manifest, folder };
  return (await filesMissing(found, filesFor(manifest, artefact))).length === 0 ? found : undefined;
}
