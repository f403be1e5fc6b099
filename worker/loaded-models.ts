import type { Engine } from './engines/engine.ts';
import type { ModelManifest } from './models/manifest.ts';

/** A model that is ready to classify. */
export interface LoadedModel {
  readonly manifest: ModelManifest;
  readonly engine: Engine;
  /** Names of the classes by index. */
  readonly labels: readonly string[];
}

/** A model held for a job: it is not disposed of before it is released. */
export interface ModelLease {
  readonly model: LoadedModel;
  release(): void;
}

export interface Models {
  /**
   * The model of a request, once it is loaded.
   * @param reference `name`, or `name@version`
   * @throws ServiceError `UNKNOWN_MODEL`, or `INTERNAL` where it cannot be loaded
   */
  lease(reference: string): Promise<ModelLease>;
}
