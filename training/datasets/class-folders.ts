import type { Dirent } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import { ServiceError } from '../../shared/errors.ts';
import { decodeImage } from '../../worker/decode-image.ts';
import { splitByClass } from '../split.ts';
import {
  type Dataset,
  DatasetError,
  type ImageShape,
  imageBytes,
  type LabelledImages,
  type OnStep,
} from './dataset.ts';

const MAX_CLASSES = 256;
/** One to learn from, one to watch by, one for the test. */
const FEWEST_IMAGES = 3;
/** The test images are the same in every run. */
const TEST_SEED = 1;
const AT_ONCE = 2;

export interface ClassFoldersOptions {
  /** What the images become; RGB. */
  readonly shape: ImageShape;
  /** Share of each class that is kept for the test, 0..1. */
  readonly testShare: number;
  readonly onStep: OnStep;
  readonly signal?: AbortSignal;
}

interface File {
  /** Within the folder. */
  readonly path: string;
  /** Class by index. */
  readonly label: number;
}

/**
 * Reads a folder with a folder of images for each class, named for it; the images become what the service would make
 * of them. One that cannot be decoded is left out, and told. Hidden files, and files beside the classes' folders, are
 * passed over.
 *
 * @throws {DatasetError} No such folder, fewer than two classes, or a class with too few images.
 */
export async function classFolders(folder: string, options: ClassFoldersOptions): Promise<Dataset> {
  const { shape, testShare, onStep, signal } = options;
  const entries = await visible(folder);
  const classes = entries.filter((entry) => entry.isDirectory()).map(({ name }) => name);
  if (classes.length < 2 || classes.length > MAX_CLASSES) {
    throw new DatasetError(
      `${folder} has ${classes.length} folders of images: there have to be 2 to ${MAX_CLASSES}, one for each class.`,
    );
  }
  const found = await Promise.all(
    classes.map(async (name, label) => {
      const files = (await visible(join(folder, name))).filter((entry) => entry.isFile());
      return files.map((file): File => ({ path: `${name}/${file.name}`, label }));
    }),
  );
  checkClasses(classes, found.flat());

  const decoded = await decodeAll(folder, found.flat(), options);
  const good = decoded.filter((image) => 'pixels' in image);
  checkClasses(classes, good);
  const [training, test] = splitByClass(
    Uint8Array.from(good, ({ label }) => label),
    testShare,
    TEST_SEED,
  );
  onStep({ what: 'reading images', done: decoded.length, total: decoded.length });
  signal?.throwIfAborted();
  const pick = (indices: Uint32Array) =>
    gather(
      Array.from(indices, (at) => good[at]).filter((image) => image !== undefined),
      shape,
    );
  return {
    name: basename(resolve(folder)),
    source: `the images of a folder, ${classes.length} classes`,
    licence: 'of your own images',
    classes,
    shape,
    training: pick(training),
    test: pick(test),
    folder: resolve(folder),
    skipped: decoded.flatMap((image) =>
      'reason' in image ? [{ file: image.path, reason: image.reason }] : [],
    ),
  };
}

async function visible(folder: string): Promise<Dirent[]> {
  const entries = await readdir(folder, { withFileTypes: true }).catch((cause: NodeJS.ErrnoException) => {
    if (cause.code === 'ENOENT') throw new DatasetError(`There is no folder ${folder}.`, { cause });
    if (cause.code === 'ENOTDIR') throw new DatasetError(`${folder} is no folder.`, { cause });
    throw cause;
  });
  return entries.filter(({ name }) => !name.startsWith('.')).sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** @throws {DatasetError} Names every class with too few images. */
function checkClasses(classes: readonly string[], files: readonly File[]): void {
  const counts = classes.map((name, label) => ({
    name,
    count: files.filter((file) => file.label === label).length,
  }));
  const short = counts.filter(({ count }) => count < FEWEST_IMAGES);
  if (short.length === 0) return;
  const words = short.map(({ name, count }) => `${name} has ${count === 0 ? 'none' : count}`);
  throw new DatasetError(
    `Each class needs ${FEWEST_IMAGES} images or more that can be decoded; ${words.join(', ')}.`,
  );
}

type Decoded = File & ({ readonly pixels: Uint8Array } | { readonly reason: string });

async function decodeAll(
  folder: string,
  files: readonly File[],
  { shape, onStep, signal }: ClassFoldersOptions,
): Promise<Decoded[]> {
  const images: Decoded[] = [];
  const waiting = files.entries();
  let done = 0;
  const lane = async () => {
    for (const [at, file] of waiting) {
      signal?.throwIfAborted();
      images[at] = await decode(folder, file, shape);
      onStep({ what: 'reading images', done: ++done, total: files.length });
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, lane));
  return images;
}

async function decode(folder: string, file: File, view: ImageShape): Promise<Decoded> {
  try {
    const { views } = await decodeImage(await readFile(join(folder, file.path)), { views: [view] });
    const [pixels] = views;
    if (pixels === undefined) throw new Error('the decoder made no view');
    return { ...file, pixels };
  } catch (error) {
    if (error instanceof ServiceError) return { ...file, reason: error.message };
    throw error;
  }
}

function gather(images: readonly Decoded[], shape: ImageShape): LabelledImages {
  const size = imageBytes(shape);
  const pixels = new Uint8Array(images.length * size);
  for (const [at, image] of images.entries()) if ('pixels' in image) pixels.set(image.pixels, at * size);
  return {
    pixels,
    labels: Uint8Array.from(images, ({ label }) => label),
    files: images.map(({ path }) => path),
  };
}
