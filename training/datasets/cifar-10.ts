import { createHash } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { mkdir, mkdtemp, readFile, rename, rm, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { Readable, Transform } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';
import { extract } from 'tar-stream';
import { readCifarRecords } from './cifar-10-records.ts';
import { type Dataset, DatasetError, type OnStep } from './dataset.ts';
import { needSpace } from './disk-space.ts';

const CLASSES = ['airplane', 'automobile', 'bird', 'cat', 'deer', 'dog', 'frog', 'horse', 'ship', 'truck'];
const TRAINING_FILES = [1, 2, 3, 4, 5].map((number) => `data_batch_${number}.bin`);
const TEST_FILE = 'test_batch.bin';
const ARCHIVE = 'cifar-10-binary.tar.gz';

/** Of the archive, as its authors publish it. */
export const CIFAR_MD5 = 'c32a1d4ab5d03f1284b67883e8d87530';

export interface CifarOptions {
  /** Folder, archive or URL of the binary version. */
  readonly from: string;
  /** CLASSIFYCLOUD_HOME; what a URL gives is kept there. */
  readonly home: string;
  readonly onStep: OnStep;
  readonly signal?: AbortSignal;
  /** Another archive's, in a test. */
  readonly md5?: string;
}

/**
 * CIFAR-10, 50,000 images for training and 10,000 for the test, of 32×32 RGB pixels and ten classes, in its binary
 * version. An archive's checksum is verified; of a folder's files it cannot be.
 *
 * @see A. Krizhevsky, "Learning Multiple Layers of Features from Tiny Images", 2009;
 *   https://www.cs.toronto.edu/~kriz/cifar.html
 * @throws {DatasetError} It cannot be had, or is not what it should be.
 */
export async function cifar10(options: CifarOptions): Promise<Dataset> {
  const { from, home, md5 = CIFAR_MD5 } = options;
  const isUrl = /^https?:\/\//.test(from);
  const path = isUrl ? join(home, 'datasets', 'cifar-10', ARCHIVE) : from;
  if (isUrl && (await stat(path).catch(() => undefined)) === undefined) await download(path, options);
  const found = await stat(path).catch((cause: unknown) => {
    throw new DatasetError(`There is no ${path}: --data names a folder, an archive or a URL.`, { cause });
  });
  const files = found.isDirectory() ? await readFolder(path) : await readArchive(path, md5, options);
  return {
    name: 'cifar-10',
    source: 'CIFAR-10 (A. Krizhevsky, 2009), binary version',
    licence: 'none given by the authors of CIFAR-10',
    classes: CLASSES,
    shape: { height: 32, width: 32, channels: 3 },
    training: readCifarRecords(pick(files, TRAINING_FILES, path)),
    test: readCifarRecords(pick(files, [TEST_FILE], path)),
  };
}

type Files = ReadonlyMap<string, Uint8Array>;

function pick(files: Files, names: readonly string[], path: string): Files {
  const missing = names.filter((name) => !files.has(name));
  if (missing.length > 0)
    throw new DatasetError(`${path} lacks ${missing.join(', ')}: is it the binary version?`);
  return new Map(names.map((name) => [name, files.get(name) ?? new Uint8Array()]));
}

async function readFolder(folder: string): Promise<Files> {
  const files = new Map<string, Uint8Array>();
  for (const name of [...TRAINING_FILES, TEST_FILE]) {
    const bytes = await readFile(join(folder, name)).catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return undefined;
      throw error;
    });
    if (bytes !== undefined) files.set(name, bytes);
  }
  return files;
}

/** Nothing is unpacked before the checksum has been found right. */
async function readArchive(path: string, md5: string, { onStep, signal }: CifarOptions): Promise<Files> {
  await verify(path, md5, onStep);
  const files = new Map<string, Uint8Array>();
  const entries = extract();
  const unpacking = pipeline(createReadStream(path), createGunzip(), entries, { signal });
  const reading = (async () => {
    for await (const entry of entries) {
      const name = basename(entry.header.name);
      if (name.endsWith('.bin')) files.set(name, await buffer(entry));
      else entry.resume();
    }
  })();
  await Promise.all([unpacking, reading]);
  return files;
}

async function verify(path: string, md5: string, onStep: OnStep): Promise<void> {
  const total = (await stat(path)).size;
  const hash = createHash('md5');
  let done = 0;
  for await (const piece of createReadStream(path, { highWaterMark: 1 << 20 })) {
    hash.update(piece);
    done += piece.length;
    onStep({ what: `verifying ${basename(path)}`, done, total });
  }
  const found = hash.digest('hex');
  if (found === md5) return;
  throw new DatasetError(
    `${path} has the checksum ${found}, and the binary version of CIFAR-10 has ${md5}: fetch it again.`,
  );
}

async function download(
  path: string,
  { from, onStep, signal, md5 = CIFAR_MD5 }: CifarOptions,
): Promise<void> {
  const folder = join(path, '..');
  await mkdir(folder, { recursive: true });
  const temporary = await mkdtemp(join(folder, '.fetching-'));
  try {
    const response = await fetch(from, { signal }).catch((cause: unknown) => {
      signal?.throwIfAborted();
      throw new DatasetError(`${from} could not be fetched: ${reasonOf(cause)}.`, { cause });
    });
    if (!response.ok || response.body === null) {
      throw new DatasetError(`${from} could not be fetched: it answers ${response.status}.`);
    }
    const total = Number(response.headers.get('content-length') ?? 0);
    await needSpace(folder, total);
    let done = 0;
    const counting = new Transform({
      transform(piece: Buffer, _encoding, next) {
        done += piece.length;
        onStep({ what: `fetching ${ARCHIVE} (once)`, done, total: Math.max(total, done) });
        next(null, piece);
      },
    });
    const file = join(temporary, ARCHIVE);
    await pipeline(Readable.fromWeb(response.body), counting, createWriteStream(file), { signal });
    await verify(file, md5, onStep);
    await rename(file, path);
  } finally {
    await rm(temporary, { recursive: true, force: true });
  }
}

/** What `fetch` says is "fetch failed"; why is in its cause. */
function reasonOf(error: unknown): string {
  const { cause } = error instanceof Error ? error : new Error(String(error));
  return cause instanceof Error ? cause.message : String(error);
}
