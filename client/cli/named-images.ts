import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface, type Interface } from 'node:readline';
import type { Image } from '../node.ts';

/** An image, and what its user calls it. */
export interface NamedImage {
  name: string;
  image: Image;
}

const URL_LIKE = /^(https?:\/\/|upload:)/i;
/** Files of a folder that are taken; a file that is named itself always is. */
const IMAGE_FILE = /\.(jpe?g|jfif|png|webp|gif|avif|tiff?)$/i;

/** What was named cannot be classified, as a whole: it is told before anything is sent. */
export class NoImagesError extends Error {
  override readonly name = 'NoImagesError';
}

/**
 * The images that arguments name: a URL, a file, a folder with all images in it, or `-` for a line each on standard input.
 * @returns those known now, and the lines still to come, if there are any
 * @throws NoImagesError
 */
export async function findImages(
  args: readonly string[],
): Promise<{ known: NamedImage[]; lines: Interface | undefined }> {
  const named = await Promise.all(args.filter((arg) => arg !== '-').map(imagesOf));
  const lines = args.includes('-')
    ? createInterface({ input: process.stdin, crlfDelay: Number.POSITIVE_INFINITY })
    : undefined;
  return { known: named.flat(), lines };
}

async function imagesOf(arg: string): Promise<NamedImage[]> {
  if (URL_LIKE.test(arg)) return [imageOf(arg)];
  const found = await stat(arg).catch(() => undefined);
  if (found === undefined)
    throw new NoImagesError(
      `There is no file or folder ${arg}. The URL of an image begins with http:// or https://.`,
    );
  if (!found.isDirectory()) return [imageOf(arg)];
  const entries = await readdir(arg, { recursive: true, withFileTypes: true });
  const files = entries
    .filter((entry) => entry.isFile() && IMAGE_FILE.test(entry.name) && !entry.name.startsWith('.'))
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
  if (files.length === 0)
    throw new NoImagesError(
      `There are no images in ${arg}: no file ends with .jpg, .png, .webp, .gif, .avif or .tiff.`,
    );
  return files.map(imageOf);
}

/** A URL, or a file, which is read only when its turn has come. */
export const imageOf = (name: string): NamedImage => ({
  name,
  image: URL_LIKE.test(name) ? name : async () => new Blob([await readFile(name)]),
});
