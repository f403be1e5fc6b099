import { ServiceError } from '../../shared/errors.ts';
import type { Engine } from '../engines/engine.ts';
import type { Models } from '../loaded-models.ts';

/** A worker's models where there is the default one alone; whoever made the engine disposes of it. */
export function oneModel(engine: Engine): Models {
  const { manifest, labels } = engine;
  const model = { manifest, engine, labels };
  return {
    async lease(wanted) {
      if (wanted.model !== manifest.name || wanted.moderation) throw new ServiceError('UNKNOWN_MODEL');
      return { model, moderation: undefined, release() {} };
    },
  };
}
