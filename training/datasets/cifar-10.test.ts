import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { gzipSync } from 'node:zlib';
import { pack } from 'tar-stream';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type CifarOptions, cifar10 } from './cifar-10.ts';
import { DatasetError } from './dataset.ts';

const NAMES = [
  'data_batch_1.bin',
  'data_batch_2.bin',
  'data_batch_3.bin',
  'data_batch_4.bin',
  'data_batch_5.bin',
  'test_batch.bin',
];
const PLANE = 1024;

/** A record whose red, green and blue at place i are i, i + 1 and i + 2, modulo 256. */
function record(label: number): Buffer {
  const planes = [0, 1, 2].flatMap((plane) => Array.from({ length: PLANE }, (_, i) => (i + plane) % 256));
  return Buffer.from([label, ...planes]);
}

const files = new Map(NAMES.map((name, at) => [name, Buffer.concat([record(at), record(9 - at)])]));

let home: string;
let folder: string;
let archive: Buffer;
let server: Server;
let url: string;
let requests = 0;
beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), 'classifycloud-cifar-'));
  folder = join(home, 'cifar-10-batches-bin');
  await mkdir(folder);
  const tar = pack();
  for (const [name, bytes] of files) {
    await writeFile(join(folder, name), bytes);
    tar.entry({ name: `cifar-10-batches-bin/${name}` }, bytes);
  }
  tar.entry({ name: 'cifar-10-batches-bin/readme.html' }, 'read me');
  tar.finalize();
  archive = gzipSync(await buffer(tar));
  await writeFile(join(home, 'small.tar.gz'), archive);
  server = createServer((request, response) => {
    requests++;
    response.statusCode = request.url === '/gone' ? 404 : 200;
    response.end(archive);
  }).listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(async () => {
  server.close();
  await rm(home, { recursive: true });
});

const open = (from: string, options: Partial<CifarOptions> = {}) =>
  cifar10({ from, home, onStep: () => {}, md5: createHash('md5').update(archive).digest('hex'), ...options });

it('reads the files of a folder: planes become pixels, and the test has a file of its own', async () => {
  const { training, test, classes } = await open(folder);
  expect([...training.labels]).toEqual([0, 9, 1, 8, 2, 7, 3, 6, 4, 5]);
  expect([...test.labels]).toEqual([5, 4]);
  expect(classes).toHaveLength(10);
  expect(test.pixels.length).toBe(2 * 3 * PLANE);
  const pixel = (image: number, place: number) => [
    ...test.pixels.subarray(3 * (image * PLANE + place)).subarray(0, 3),
  ];
  expect([pixel(0, 0), pixel(0, 7), pixel(1, 1023)]).toEqual([
    [0, 1, 2],
    [7, 8, 9],
    [255, 0, 1],
  ]);
});

it('reads the archive, from a file and from a URL, which it keeps', async () => {
  const fromFolder = await open(folder);
  expect(await open(join(home, 'small.tar.gz'))).toEqual(fromFolder);
  expect(await open(`${url}/cifar.tar.gz`)).toEqual(fromFolder);
  expect(await open(`${url}/cifar.tar.gz`)).toEqual(fromFolder);
  expect(requests).toBe(1);
});

it('refuses an archive with another checksum, and keeps nothing of it', async () => {
  const elsewhere = await mkdtemp(join(home, 'home-'));
  const wrong = { md5: undefined, home: elsewhere };
  await expect(open(join(home, 'small.tar.gz'), wrong)).rejects.toThrow(
    /has the checksum [0-9a-f]{32}, and .* c32a1d4ab5d03f1284b67883e8d87530/,
  );
  await expect(open(url, wrong)).rejects.toThrow(DatasetError);
  expect(await readdir(join(elsewhere, 'datasets', 'cifar-10'))).toEqual([]);
});

it.each([
  ['a folder without its files', async () => mkdtemp(join(home, 'empty-')), 'lacks data_batch_1.bin'],
  ['nothing', async () => join(home, 'nowhere'), 'There is no'],
  [
    'a file that is cut short',
    async () => withFile('data_batch_2.bin', record(1).subarray(0, 3000)),
    'data_batch_2.bin has 3000 bytes',
  ],
  [
    'a class that there is not',
    async () => withFile('test_batch.bin', record(10)),
    'test_batch.bin has an image of class 10',
  ],
  ['a page that is gone', async () => `${url}/gone`, 'answers 404'],
  ['a server that is not there', async () => 'http://127.0.0.1:9/', 'could not be fetched'],
])('says what is wrong with %s', async (_, make, message) => {
  const opening = open(await make(), { home: await mkdtemp(join(home, 'home-')) });
  await expect(opening).rejects.toThrow(DatasetError);
  await expect(opening).rejects.toThrow(message);
});

async function withFile(changed: string, bytes: Buffer): Promise<string> {
  const other = await mkdtemp(join(home, 'changed-'));
  for (const [name, own] of files) await writeFile(join(other, name), name === changed ? bytes : own);
  return other;
}
