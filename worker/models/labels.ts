import { readFile } from 'node:fs/promises';
import { ModelFormatError } from './model-errors.ts';

const CLASSES = 1001;

// The file's last line is cut short.
const MENDED: Readonly<Record<string, string>> = { 'toilet tissu': 'toilet tissue' };

/**
 * The names of the model's 1001 classes by index. Index 0 is the background class; two names, "crane" and
 * "maillot", stand for two classes each, so tell classes apart by index.
 *
 * @param path `labels.txt`, one name a line.
 * @throws {ModelFormatError} The file has another number of lines.
 */
export async function readLabels(path: string): Promise<readonly string[]> {
  return parseLabels(await readFile(path, 'utf8'));
}

/** {@link readLabels} on the file's text. */
export function parseLabels(text: string): readonly string[] {
  const lines = text.trimEnd().split(/\r?\n/);
  if (lines.length !== CLASSES) throw new ModelFormatError(`${lines.length} labels instead of ${CLASSES}`);
  return lines.map((line) => MENDED[line] ?? line).with(0, 'background');
}
