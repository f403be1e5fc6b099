import { access } from 'node:fs/promises';
import { join } from 'node:path';
import { BUILT_INS } from '../../worker/models/built-ins.ts';
import { modelsIn } from '../../worker/models/home-models.ts';
import { filesMissing, type ModelFolder, modelFolder } from '../../worker/models/manifest.ts';

/** What the files of a model are like. */
export interface Verified {
  name: string;
  version: string;
  /** Files that are not as the manifest says. */
  wrong: string[];
  /** Files that are not there; of a built-in model they are made when they are needed. */
  missing: string[];
  intact: boolean;
}

/** Compares sizes and hashes of all models of this machine, or of one, with what their manifests say. */
export async function verifyModels(home: string, reference?: string): Promise<Verified[]> {
  const builtIn = BUILT_INS.map(({ manifest }) => ({ manifest, folder: modelFolder(home, manifest) }));
  const all = [
    ...builtIn.map((model) => ({ model, mayLack: true })),
    ...(await modelsIn(home)).map((model) => ({ model, mayLack: false })),
  ];
  const asked = all.filter(
    ({ model: { manifest } }) =>
      reference === undefined || [manifest.name, `${manifest.name}@${manifest.version}`].includes(reference),
  );
  return Promise.all(asked.map(({ model, mayLack }) => verify(model, mayLack)));
}

async function verify(model: ModelFolder, mayLack: boolean): Promise<Verified> {
  const { name, version, files } = model.manifest;
  const wrong: string[] = [];
  const missing: string[] = [];
  for (const file of await filesMissing(model, Object.keys(files))) {
    const isThere = await access(join(model.folder, file)).then(
      () => true,
      () => false,
    );
    (isThere ? wrong : missing).push(file);
  }
  return { name, version, wrong, missing, intact: wrong.length === 0 && (mayLack || missing.length === 0) };
}
