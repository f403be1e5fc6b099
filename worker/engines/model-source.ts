import type { ModelId } from '../../shared/models.ts';
import { ensureBuiltIn, type Preparation } from '../models/ensure-built-in.ts';
import { INCEPTION_V3, MODEL } from '../models/inception-v3.ts';
import { type Artefact, filesFor, type ModelFolder } from '../models/manifest.ts';
import type { ModelRepository } from '../models/repository.ts';

/** A model, and how to get at its files; see `ModelRepository.open`. */
export interface ModelSource {
  readonly id: ModelId;
  open(artefact?: Artefact): Promise<ModelFolder>;
}

/** A model that a stage serves. */
export const servedModel = (repository: Pick<ModelRepository, 'open'>, id: ModelId): ModelSource => ({
  id,
  open: (artefact) => repository.open(id, artefact),
});

/** Inception v3, for programs without a stage. */
export const inceptionFrom = (home: string, preparation?: Preparation): ModelSource => ({
  id: MODEL,
  open: (artefact) =>
    ensureBuiltIn(INCEPTION_V3, home, filesFor(INCEPTION_V3.manifest, artefact), preparation),
});
