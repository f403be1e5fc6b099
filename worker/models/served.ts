import type { ServedCatalogue, ServedVersion } from '../../shared/models.ts';
import { BUILT_INS } from './built-ins.ts';
import { MODEL } from './inception-v3.ts';
import type { ModelManifest } from './manifest.ts';
import { ModelError } from './model-errors.ts';

/** What the served catalogue tells of a model's version. */
function servedVersion({ version, task, classes, graphs, licence }: ModelManifest): ServedVersion {
  const precisions = (['int8', 'fp32'] as const).filter((precision) => graphs[precision] !== undefined);
  return { version, task, classes, precisions, licence };
}

/** What a stage serves from now on: a model's version more, which answers to its name. */
export function withModel(catalogue: ServedCatalogue | undefined, manifest: ModelManifest): ServedCatalogue {
  const { name, version } = manifest;
  const { models = [], ...rest } = catalogue ?? { default: name };
  const before = models.find((model) => model.name === name)?.versions ?? [];
  const versions = [...before.filter((other) => other.version !== version), servedVersion(manifest)];
  const model = { name, current: version, versions };
  const isNew = before.length === 0;
  return {
    v: 1,
    default: rest.default,
    models: isNew ? [...models, model] : models.map((other) => (other.name === name ? model : other)),
  };
}

/**
 * @param name of a model that is served, and that classifies
 * @throws {ModelError} It is not.
 */
export function withDefault(catalogue: ServedCatalogue, name: string): ServedCatalogue {
  const model = catalogue.models.find((other) => other.name === name);
  if (model === undefined)
    throw new ModelError(
      `The default model, ${name}, is not among those that are served: serve it, or set DEFAULT_MODEL to another.`,
    );
  if (model.versions.some(({ version, task }) => version === model.current && task !== 'classification'))
    throw new ModelError(`${name} is a model for moderation: the default model is one that classifies.`);
  return { ...catalogue, default: name };
}

/**
 * What a stage serves without a model, or without one of its versions. The name then stands for the version that was
 * published before.
 * @throws {ModelError} It is not served, or it is what requests get that name none.
 */
export function withoutModel(catalogue: ServedCatalogue, reference: string): ServedCatalogue {
  const [name, version] = reference.split('@');
  const model = catalogue.models.find((other) => other.name === name);
  const left = version === undefined ? [] : model?.versions.filter((other) => other.version !== version);
  if (model === undefined || left === undefined || left.length === model.versions.length)
    throw new ModelError(`${reference} is not served.`);
  const current = left.some((other) => other.version === model.current)
    ? model.current
    : left.at(-1)?.version;
  if (current === undefined && catalogue.default === name)
    throw new ModelError(
      `${name} is the model of requests that name none. Push another one with --default first.`,
    );
  const models = catalogue.models.flatMap((other) => {
    if (other !== model) return other;
    return current === undefined ? [] : { ...model, current, versions: left };
  });
  return { ...catalogue, models };
}

/** The catalogue of some models, of each the last version under its name. @throws {ModelError} The default is not one of them. */
export function catalogueOf(
  manifests: readonly ModelManifest[],
  usual: string = MODEL.name,
): ServedCatalogue {
  const catalogue = manifests.reduce<ServedCatalogue | undefined>(withModel, undefined);
  if (catalogue === undefined) throw new ModelError('There is no model to serve.');
  return withDefault(catalogue, usual);
}

/** What a stage serves that has published nothing. */
export const BUILT_IN_CATALOGUE = catalogueOf(BUILT_INS.map(({ manifest }) => manifest));
