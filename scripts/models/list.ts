import { resolveModel, type ServedCatalogue } from '../../shared/models.ts';
import { BUILT_INS } from '../../worker/models/built-ins.ts';
import { modelsIn } from '../../worker/models/home-models.ts';
import { filesMissing, type ModelManifest, modelFolder } from '../../worker/models/manifest.ts';

/** A model as the list tells it. */
export interface ListedModel {
  name: string;
  version: string;
  task: string;
  classes: number;
  precisions: string[];
  /** What its files take on this machine's disk. */
  megabytes: number;
  licence: string;
  /** Whether it is on this machine. */
  here: 'added' | 'built in' | 'built in, not fetched' | 'no';
  /** What the stage answers with it: a reference, or nothing. */
  served: 'as the default' | 'by its name' | 'by its version' | 'no' | 'unknown';
}

/**
 * The models of this machine, and those that a stage serves.
 * @param served undefined: nobody can tell
 */
export async function listModels(home: string, served: ServedCatalogue | undefined): Promise<ListedModel[]> {
  const added = (await modelsIn(home)).map(({ manifest }) => manifest);
  const manifests = [...BUILT_INS.map(({ manifest }) => manifest), ...added];
  const rows = await Promise.all(
    manifests.map(async (manifest) => rowOf(manifest, added.includes(manifest), home, served)),
  );
  const isListed = (name: string, version: string) =>
    rows.some((row) => row.name === name && row.version === version);
  for (const { name, versions } of served?.models ?? []) {
    for (const { version, task, classes, precisions, licence } of versions) {
      if (isListed(name, version)) continue;
      const about = { name, version, task, classes, precisions, licence };
      rows.push({ ...about, megabytes: 0, here: 'no', served: servedAs(served, name, version) });
    }
  }
  return rows;
}

async function rowOf(
  manifest: ModelManifest,
  isAdded: boolean,
  home: string,
  catalogue: ServedCatalogue | undefined,
): Promise<ListedModel> {
  const { name, version, task, classes, graphs, licence, files } = manifest;
  const missing = await filesMissing({ manifest, folder: modelFolder(home, manifest) }, Object.keys(files));
  const present = Object.entries(files).filter(([file]) => !missing.includes(file));
  const bytes = present.reduce((sum, [, file]) => sum + file.bytes, 0);
  const here = isAdded ? 'added' : present.length > 0 ? 'built in' : 'built in, not fetched';
  return {
    ...{ name, version, task, classes, precisions: Object.keys(graphs), licence },
    ...{ megabytes: Math.round(bytes / 1e5) / 10, here },
    served: servedAs(catalogue, name, version),
  };
}

function servedAs(
  catalogue: ServedCatalogue | undefined,
  name: string,
  version: string,
): ListedModel['served'] {
  if (catalogue === undefined) return 'unknown';
  if (resolveModel(catalogue, `${name}@${version}`) === undefined) return 'no';
  if (resolveModel(catalogue, name)?.version !== version) return 'by its version';
  return catalogue.default === name ? 'as the default' : 'by its name';
}

/** Rows as text, under their headings. */
export function asTable(rows: readonly ListedModel[]): string {
  const headings = ['name', 'version', 'task', 'classes', 'precisions', 'MB', 'licence', 'here', 'served'];
  const lines = [headings, ...rows.map((row) => Object.values(row).map(String))];
  const widths = headings.map((_, i) => Math.max(...lines.map((line) => line[i]?.length ?? 0)));
  return lines
    .map((line) =>
      line
        .map((cell, i) => cell.padEnd(widths[i] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}
