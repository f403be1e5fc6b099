import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { filesFor, type ModelFolder } from './manifest.ts';
import { ModelFormatError } from './model-errors.ts';

// Inception v3's: the file's last line is cut short.
const MENDED: Readonly<Record<string, string>> = { 'toilet tissu': 'toilet tissue' };

/**
 * The names of a model's classes by index. Names may stand for several classes each ("crane" and "maillot" of Inception
 * v3 do), so tell classes apart by index. The class that is never reported is "background".
 *
 * @throws {ModelFormatError} The file has another number of lines than the model has classes.
 */
export async function readModelLabels({ manifest, folder }: ModelFolder): Promise<readonly string[]> {
  const [, file] = filesFor(manifest);
  return parseLabels(await readFile(join(folder, file), 'utf8'), manifest);
}

/** {@link readModelLabels} on the file's text. */
export function parseLabels(
  text: string,
  { classes, background }: { classes: number; background?: number | undefined },
): readonly string[] {
  const lines = linesOf(text);
  if (lines.length !== classes) throw new ModelFormatError(`${lines.length} labels instead of ${classes}`);
  const labels = lines.map((line) => MENDED[line] ?? line);
  return background === undefined ? labels : labels.with(background, 'background');
}

/** The lines of a file of labels; the last may end in a newline. */
export const linesOf = (text: string): string[] => text.trimEnd().split(/\r?\n/);

/** The names of Inception v3's 1001 classes, from its `labels.txt`. */
export async function readLabels(path: string): Promise<readonly string[]> {
  return parseLabels(await readFile(path, 'utf8'), { classes: 1001, background: 0 });
}
