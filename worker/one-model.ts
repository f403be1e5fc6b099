import { ServiceError } from '../shared/errors.ts';
import type { Engine } from './engines/engine.ts';
import type { Models } from './loaded-models.ts';
import { INCEPTION_V3 } from './models/inception-v3.ts';

/** A worker's models where there is the default one alone; whoever made the engine disposes of it. */
export function oneModel(engine: Engine): Models {
  const { version, labels } = engine;
  const model = { manifest: { ...INCEPTION_V3.manifest, version }, engine, labels };
  return {
    async lease(reference) {
      if (reference !== model.manifest.name) throw new ServiceError('UNKNOWN_MODEL');
      return { model, release() {} };
    },
  };
}
