import { DatasetError, type LabelledImages } from './dataset.ts';

const SIDE = 32;
const AREA = SIDE * SIDE;
const IMAGE_BYTES = 3 * AREA;
const RECORD_BYTES = 1 + IMAGE_BYTES;
const CLASSES = 10;

/**
 * Reads the binary version's records: a byte with the class, then 1,024 bytes of red, of green and of blue, each row
 * by row.
 *
 * @param files Whole files, by name, in their order.
 * @returns Pixel by pixel, as nets take them.
 * @throws {DatasetError} No whole number of records, or a class that there is not.
 */
export function readCifarRecords(files: ReadonlyMap<string, Uint8Array>): LabelledImages {
  const sizes = [...files.values()].map(({ length }) => length);
  const count = sizes.reduce((sum, size) => sum + size, 0) / RECORD_BYTES;
  const pixels = new Uint8Array(Math.floor(count) * IMAGE_BYTES);
  const labels = new Uint8Array(Math.floor(count));
  let image = 0;
  for (const [name, bytes] of files) {
    if (bytes.length === 0 || bytes.length % RECORD_BYTES !== 0) {
      throw new DatasetError(
        `${name} has ${bytes.length} bytes, which is no whole number of images of ${RECORD_BYTES}.`,
      );
    }
    for (let at = 0; at < bytes.length; at += RECORD_BYTES) {
      const label = bytes[at] ?? CLASSES;
      if (label >= CLASSES)
        throw new DatasetError(`${name} has an image of class ${label}; there are ${CLASSES}.`);
      labels[image] = label;
      const to = image++ * IMAGE_BYTES;
      for (let i = 0; i < IMAGE_BYTES; i++) {
        pixels[to + 3 * (i % AREA) + Math.floor(i / AREA)] = bytes[at + 1 + i] ?? 0;
      }
    }
  }
  return { pixels, labels };
}
