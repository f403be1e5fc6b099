import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { classFolders } from './class-folders.ts';
import { DatasetError } from './dataset.ts';

const COLOURS = { blue: [0, 0, 255], green: [0, 255, 0], red: [255, 0, 0] } as const;
const shape = { height: 4, width: 4, channels: 3, shorterSide: 5 } as const;

let root: string;
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'classifycloud-classes-'));
});
afterAll(() => rm(root, { recursive: true }));

const read = (folder: string, testShare = 0.25) =>
  classFolders(folder, { shape, testShare, onStep: () => {} });

async function picture(r: number, g: number, b: number): Promise<Buffer> {
  return sharp({ create: { width: 9, height: 6, channels: 3, background: { r, g, b } } })
    .png()
    .toBuffer();
}

async function folderWith(images: Record<string, number>): Promise<string> {
  const folder = await mkdtemp(join(root, 'images-'));
  for (const [name, count] of Object.entries(images)) {
    await mkdir(join(folder, name));
    for (let i = 0; i < count; i++) await writeFile(join(folder, name, `${i}.png`), await picture(i, 0, 255));
  }
  return folder;
}

it('has each image under its folder’s name, and keeps a share of each class for the test', async () => {
  const folder = await mkdtemp(join(root, 'images-'));
  for (const [name, colour] of Object.entries<readonly [number, number, number]>(COLOURS)) {
    await mkdir(join(folder, name));
    for (let i = 0; i < 8; i++) await writeFile(join(folder, name, `${i}.png`), await picture(...colour));
  }
  await writeFile(join(folder, 'notes.txt'), 'beside the folders');
  await writeFile(join(folder, 'red', '.hidden'), 'no image');
  const { classes, training, test, skipped } = await read(folder);
  expect(classes).toEqual(['blue', 'green', 'red']);
  expect(skipped).toEqual([]);
  for (const [images, each] of [
    [training, 6],
    [test, 2],
  ] as const) {
    expect([0, 1, 2].map((label) => images.labels.filter((other) => other === label).length)).toEqual([
      each,
      each,
      each,
    ]);
    for (const [at, label] of images.labels.entries()) {
      const name = classes[label] ?? '';
      expect(images.files?.[at]).toMatch(new RegExp(`^${name}/[0-7]\\.png$`));
      const colour = Object.entries(COLOURS).find(([other]) => other === name)?.[1];
      expect([...images.pixels.subarray(at * 48, at * 48 + 3)]).toEqual(colour);
    }
  }
  expect(new Set([...(training.files ?? []), ...(test.files ?? [])]).size).toBe(24);
  expect(await read(folder)).toEqual({ ...(await read(folder)) });
});

it('leaves out what is no image, and says which and why', async () => {
  const folder = await folderWith({ cat: 4, dog: 4 });
  await writeFile(join(folder, 'dog', 'broken.jpg'), Buffer.from('ffd8ffe000', 'hex'));
  await writeFile(join(folder, 'dog', 'notes.txt'), 'these are dogs');
  const { training, test, skipped } = await read(folder);
  expect(training.labels.length + test.labels.length).toBe(8);
  expect(skipped).toEqual([
    { file: 'dog/broken.jpg', reason: expect.stringContaining('damaged') },
    { file: 'dog/notes.txt', reason: expect.stringContaining('Text files are not supported') },
  ]);
});

it.each<[string, Record<string, number>, string]>([
  ['no class', {}, 'has 0 folders of images'],
  ['one class', { cat: 5 }, 'has 1 folders of images: there have to be 2'],
  ['an empty class', { cat: 5, dog: 0, eel: 2 }, 'dog has none, eel has 2'],
])('refuses %s', async (_, images, message) => {
  const reading = read(await folderWith(images));
  await expect(reading).rejects.toThrow(DatasetError);
  await expect(reading).rejects.toThrow(message);
});

it('refuses a class of which no image can be decoded, and a folder that is not there', async () => {
  const folder = await folderWith({ cat: 4, dog: 0 });
  for (const name of ['a', 'b', 'c']) await writeFile(join(folder, 'dog', name), 'no image');
  await expect(read(folder)).rejects.toThrow('dog has none');
  await expect(read(join(root, 'nowhere'))).rejects.toThrow('There is no folder');
});
