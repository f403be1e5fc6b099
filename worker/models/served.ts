import type { ServedCatalogue, ServedVersion } from '../../shared/models.ts';
import { BUILT_INS } from './built-ins.ts';
import { MODEL } from './inception-v3.ts';
import type { ModelManifest } from './manifest.ts';

/** What the served catalogue tells of a model's version. */
export function servedVersion({ version, task, classes, graphs, licence }: ModelManifest): ServedVersion {
  const precisions = (['int8', 'fp32'] as const).filter((precision) => graphs[precision] !== undefined);
  return { version, task, classes, precisions, licence };
}

/** What a stage serves that has published nothing. */
export const BUILT_IN_CATALOGUE: ServedCatalogue = {
  v: 1,
  default: MODEL.name,
  models: BUILT_INS.map(({ manifest }) => ({
    name: manifest.name,
    current: manifest.version,
    versions: [servedVersion(manifest)],
  })),
};
