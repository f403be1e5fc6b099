import { readdir, readFile } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';
import { type ClassNames, classNameIn } from './class-names.ts';
import { type NamedClass, parseLabelsCsv } from './labels-csv.ts';

const TABLE = 'labels.csv';
const CLASSES = 1001;

export interface LabelledImage {
  /** Path within the folder, with `/`. */
  readonly file: string;
  /** Any of these is right; one, but for names that two classes share. */
  readonly indices: readonly number[];
}

/** What was not evaluated, and why. */
export interface Unevaluated {
  readonly file: string;
  readonly reason: string;
}

/**
 * The files of a folder and of those within it, in the order of their names, with their classes: by `labels.csv`
 * where that lists them, else by their own names. Hidden files are passed over.
 *
 * @throws {Error} The folder cannot be read.
 */
export async function findImages(
  folder: string,
  classes: ClassNames,
): Promise<{ images: LabelledImage[]; unevaluated: Unevaluated[] }> {
  const files = await filesIn(folder);
  const table = files.includes(TABLE)
    ? parseLabelsCsv(await readFile(join(folder, TABLE), 'utf8'))
    : new Map<string, NamedClass>();
  const images: LabelledImage[] = [];
  const unevaluated: Unevaluated[] = [...table.keys()]
    .filter((file) => !files.includes(file))
    .map((file) => ({ file, reason: `stands in ${TABLE}, but there is no such file` }));
  for (const file of files.filter((name) => name !== TABLE)) {
    const named: NamedClass = table.get(file) ?? { name: classNameIn(file) };
    const indices = 'index' in named ? validIndex(named.index) : classes.find(named.name);
    if (indices.length > 0) images.push({ file, indices });
    else unevaluated.push({ file, reason: unknownClass(named) });
  }
  return { images, unevaluated };
}

async function filesIn(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => !entry.isDirectory())
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)).split(sep).join('/'))
    .filter((file) => !file.split('/').some((part) => part.startsWith('.')))
    .sort();
}

const validIndex = (index: number): number[] => (index > 0 && index < CLASSES ? [index] : []);

function unknownClass(named: NamedClass): string {
  return 'index' in named
    ? `no class has the index ${named.index} (1 to 1000)`
    : `no class is named "${named.name}"`;
}
