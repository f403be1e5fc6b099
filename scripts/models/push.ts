import { Presets, SingleBar } from 'cli-progress';
import { readConfig } from '../../shared/config.ts';
import { defaultHome } from '../../worker/models/default-home.ts';
import type { Preparation } from '../../worker/models/ensure-built-in.ts';
import { manifestAtHome, openAtHome } from '../../worker/models/home-models.ts';
import type { ModelManifest } from '../../worker/models/manifest.ts';
import { BUILT_IN_CATALOGUE, withDefault, withModel } from '../../worker/models/served.ts';
import { changeCatalogue, type OnUpload, type StageBucket, uploadModel } from './publish.ts';

/** Where this machine's models are. */
export const homeOf = (): string => readConfig(['CLASSIFYCLOUD_HOME']).CLASSIFYCLOUD_HOME ?? defaultHome();

interface PushOptions extends Preparation {
  /** From now on what requests get that name no model. */
  readonly makeDefault?: boolean;
  readonly onUpload?: OnUpload;
}

/**
 * Has a stage serve a model of this machine, under its name, from now on: the hot swap. The files go first; workers take the
 * version up once the catalogue tells of it, and finish what they have with the one before.
 *
 * @param reference `name`, or `name@version`
 * @throws {ModelError} There is no such model here, or another one of its version there.
 */
export async function pushModel(
  stage: StageBucket,
  home: string,
  reference: string,
  { makeDefault = false, onUpload, ...preparation }: PushOptions = {},
): Promise<ModelManifest> {
  const { PRECISION } = readConfig(['PRECISION']);
  const model = await openAtHome(home, await manifestAtHome(home, reference), PRECISION, preparation);
  await uploadModel(stage, model, onUpload);
  const { name } = model.manifest;
  await changeCatalogue(stage, (catalogue) => {
    const next = withModel(catalogue ?? BUILT_IN_CATALOGUE, model.manifest);
    return makeDefault ? withDefault(next, name) : next;
  });
  return model.manifest;
}

/** A bar of megabytes on a terminal, nothing elsewhere. On stderr. */
export function uploadProgress(): { onUpload: OnUpload; stop(): void } {
  if (!process.stderr.isTTY) return { onUpload: () => {}, stop: () => {} };
  const format = 'uploading {bar} {done}/{size} MB | {eta_formatted} left';
  const bar = new SingleBar({ format, hideCursor: true, clearOnComplete: true }, Presets.shades_classic);
  let begun = false;
  return {
    onUpload(done, total) {
      const megabytes = { done: (done / 1e6).toFixed(1), size: (total / 1e6).toFixed(1) };
      if (begun) bar.update(done, megabytes);
      else bar.start(total, done, megabytes);
      begun = true;
    },
    stop: () => bar.stop(),
  };
}
