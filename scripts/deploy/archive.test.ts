import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, expect, onTestFinished, test, vi } from 'vitest';
import { type ArchiveFile, readTarball, writeArchive } from './archive.ts';

const file = (text: string, executable = false): ArchiveFile => ({ bytes: Buffer.from(text), executable });
const FILES: [string, ArchiveFile][] = [
  ['bin/node', file('#!', true)],
  ['worker/main.mjs', file('export {}')],
  ['models/labels.txt', file('background\n')],
];

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'classifycloud-archive-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

test('the same files give the same archive, in whatever order and whenever they are packed', async () => {
  const one = await writeArchive(new Map(FILES), join(folder, 'one'));
  vi.useFakeTimers({ toFake: ['Date'], now: new Date('2040-01-01') });
  onTestFinished(() => void vi.useRealTimers());
  const other = await writeArchive(new Map(FILES.toReversed()), join(folder, 'other'));
  expect(other.sha256).toBe(one.sha256);
  expect(await readFile(other.path)).toEqual(await readFile(one.path));
});

test('any difference gives another: a byte, a name, what may be executed', async () => {
  const { sha256 } = await writeArchive(new Map(FILES), folder);
  const others = [
    new Map(FILES).set('bin/node', file('#?', true)),
    new Map(FILES).set('bin/node', file('#!')),
    new Map(FILES).set('bin/more', file('')),
  ];
  for (const files of others) expect((await writeArchive(files, folder)).sha256).not.toBe(sha256);
});

test('its name is the hash of the tar within, which a machine checks', async () => {
  const { path, sha256, bytes } = await writeArchive(new Map(FILES), folder);
  expect(path).toBe(join(folder, `${sha256}.tar.gz`));
  const packed = await readFile(path);
  expect(packed).toHaveLength(bytes);
  const digest = await crypto.subtle.digest('SHA-256', gunzipSync(packed));
  expect(Buffer.from(digest).toString('hex')).toBe(sha256);
});

test('what is read out of one is what was asked for, under its new name, and nothing is left beside it', async () => {
  const target = join(folder, 'read');
  const { path } = await writeArchive(new Map(FILES), target);
  const read = await readTarball(path, (name) => (name.startsWith('bin/') ? `x/${name}` : undefined));
  expect([...read]).toEqual([['x/bin/node', file('#!', true)]]);
  expect(await readdir(target)).toHaveLength(1);
});
