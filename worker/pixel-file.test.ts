import { fstatSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { afterEach, expect, it } from 'vitest';
import { PixelFile } from './pixel-file.ts';

const open: PixelFile[] = [];
afterEach(() => {
  for (const file of open.splice(0)) file.close();
});
function pixelFile(folders?: readonly string[]) {
  const file = new PixelFile(folders);
  open.push(file);
  return file;
}

it('has a place for each image, which the next one gets', () => {
  const file = pixelFile();
  const places = [file.take(), file.take()];
  places.forEach((place, i) => {
    writeSync(file.fd, Uint8Array.of(i, i, i), 0, 3, place);
  });
  for (const [i, place] of places.entries()) {
    const pixels = new Uint8Array(3);
    file.read(place, pixels);
    expect([...pixels]).toEqual([i, i, i]);
  }
  file.giveBack(places[0] ?? -1);
  expect(file.take()).toBe(places[0]);
  expect(places).not.toContain(file.take());
});

it('takes no room for what is not written, has no name, and is nobody else’s to read', () => {
  const file = pixelFile();
  for (let i = 0; i < 4; i++) writeSync(file.fd, Uint8Array.of(i), 0, 1, file.take());
  const { blocks, nlink, mode } = fstatSync(file.fd);
  expect(blocks * 512).toBeLessThan(1_000_000);
  expect(nlink).toBe(0);
  expect(mode & 0o077).toBe(0);
});

it('lies in the first folder that can be written to, and is a failure where none can', () => {
  expect(() => fstatSync(pixelFile(['/no/such/folder', tmpdir()]).fd)).not.toThrow();
  expect(() => pixelFile(['/no/such/folder', '/no/other'])).toThrow('ENOENT');
});

it('tells when the file ends too early', () => {
  const file = pixelFile();
  expect(() => file.read(file.take(), new Uint8Array(3))).toThrow(RangeError);
});

it('is closed once', () => {
  const file = pixelFile();
  file.close();
  expect(() => fstatSync(file.fd)).toThrow('EBADF');
  expect(() => file.read(0, new Uint8Array(1))).toThrow('closed');
  expect(() => file.close()).not.toThrow();
});
