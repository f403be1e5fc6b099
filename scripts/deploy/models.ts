import type { Config } from '../../shared/config.ts';
import type { ServedCatalogue } from '../../shared/models.ts';
import { BUILT_INS } from '../../worker/models/built-ins.ts';
import { defaultHome } from '../../worker/models/default-home.ts';
import { manifestAtHome, openAtHome } from '../../worker/models/home-models.ts';
import { MODEL } from '../../worker/models/inception-v3.ts';
import type { ModelFolder, ModelManifest } from '../../worker/models/manifest.ts';
import { catalogueOf, withDefault, withModel } from '../../worker/models/served.ts';
import { changeCatalogue, type StageBucket, uploadModel } from '../models/publish.ts';

type Settings = Config<'MODELS' | 'DEFAULT_MODEL' | 'PRECISION' | 'CLASSIFYCLOUD_HOME'>;

/**
 * What a deployment publishes: the models that MODELS names, or else the built-in ones.
 * @throws {ModelError} One of them is not on this machine, or the default is none of them.
 */
export async function manifestsToServe(settings: Settings): Promise<ModelManifest[]> {
  const { MODELS, DEFAULT_MODEL, CLASSIFYCLOUD_HOME: home = defaultHome() } = settings;
  const manifests =
    MODELS.length > 0
      ? await Promise.all(MODELS.map((reference) => manifestAtHome(home, reference)))
      : BUILT_INS.map(({ manifest }) => manifest);
  catalogueOf(manifests, DEFAULT_MODEL);
  return manifests;
}

/** Those models, on this disk, with the files that the workers' engine needs of them. */
export async function prepareModels(
  settings: Settings,
  progress: (text: string) => void,
): Promise<ModelFolder[]> {
  const { PRECISION, CLASSIFYCLOUD_HOME: home = defaultHome() } = settings;
  const models: ModelFolder[] = [];
  for (const manifest of await manifestsToServe(settings)) {
    const onProgress = ({ stage }: { stage: string }) => progress(`${stage} the weights of ${manifest.name}`);
    models.push(await openAtHome(home, manifest, PRECISION, { onProgress }));
  }
  return models;
}

/** The one of them that requests get which name none. */
export function usualOf(models: readonly ModelFolder[], usual: string = MODEL.name): ModelFolder {
  const found = models.find(({ manifest }) => manifest.name === usual);
  if (found === undefined) throw new Error(`${usual} is not among the models`);
  return found;
}

/**
 * Has a stage serve them, each under its name. What was pushed to the stage beside them is served as before, and so is its
 * default, unless another one is asked for.
 */
export async function publishModels(
  stage: StageBucket,
  models: readonly ModelFolder[],
  usual: string | undefined,
): Promise<ServedCatalogue> {
  for (const model of models) await uploadModel(stage, model);
  const manifests = models.map(({ manifest }) => manifest);
  return changeCatalogue(stage, (catalogue) => {
    if (catalogue === undefined) return catalogueOf(manifests, usual);
    const next = manifests.reduce(withModel, catalogue);
    return usual === undefined ? next : withDefault(next, usual);
  });
}
