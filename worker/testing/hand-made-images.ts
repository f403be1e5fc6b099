import { crc32, deflateSync } from 'node:zlib';

/*
 * Image files that no encoder would write.
 */

const PNG_SIGNATURE = Buffer.from('\x89PNG\r\n\x1a\n', 'latin1');

function pngChunk(type: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data]);
  const length = Buffer.alloc(4);
  length.writeUInt32BE(data.length);
  const check = Buffer.alloc(4);
  check.writeUInt32BE(crc32(body));
  return Buffer.concat([length, body, check]);
}

export interface PngParts {
  width: number;
  height: number;
  /** Bits; 8 unless given. */
  depth?: number;
  /** 0 grey, 2 RGB, 3 palette, 6 RGBA; RGB unless given. */
  colourType?: number;
  interlaced?: boolean;
  /** Chunks before the pixels, by type. */
  before?: [string, Buffer][];
  /** What is deflated as pixels. */
  pixels: Buffer;
}

/** A PNG with whatever header over whatever pixels. */
export function png({
  width,
  height,
  depth = 8,
  colourType = 2,
  interlaced = false,
  before = [],
  pixels,
}: PngParts) {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set([depth, colourType, 0, 0, interlaced ? 1 : 0], 8);
  return Buffer.concat([
    PNG_SIGNATURE,
    pngChunk('IHDR', header),
    ...before.map(([type, data]) => pngChunk(type, data)),
    pngChunk('IDAT', deflateSync(pixels, { level: 1 })),
    pngChunk('IEND', Buffer.alloc(0)),
  ]);
}

/** A text or profile chunk of a PNG that inflates to `bytes` zeros, a thousand times its size. */
export const inflatingChunk = (bytes: number): Buffer =>
  Buffer.concat([Buffer.from('bomb\0\0', 'latin1'), deflateSync(Buffer.alloc(bytes))]);

/** A JPEG whose frame header says another size. */
export function withJpegSize(jpeg: Buffer, width: number, height: number): Buffer {
  const copy = Buffer.from(jpeg);
  const at = jpegSegment(copy, (marker) => marker === 0xc0 || marker === 0xc2).start;
  copy.writeUInt16BE(height, at + 5);
  copy.writeUInt16BE(width, at + 7);
  return copy;
}

/** A progressive JPEG with its first scan `times` over, before the others. */
export function withScansRepeated(jpeg: Buffer, times: number): Buffer {
  const { start } = jpegSegment(jpeg, (marker) => marker === 0xda);
  let end = start + 2;
  while (!(jpeg[end] === 0xff && jpeg[end + 1] !== 0 && end > start + 2 + jpeg.readUInt16BE(start + 2)))
    end++;
  const scan = jpeg.subarray(start, end);
  return Buffer.concat([jpeg.subarray(0, start), ...Array<Buffer>(times).fill(scan), jpeg.subarray(end)]);
}

function jpegSegment(jpeg: Buffer, wanted: (marker: number) => boolean): { start: number } {
  for (let at = 2; at < jpeg.length - 4; at += 2 + jpeg.readUInt16BE(at + 2))
    if (wanted(jpeg[at + 1] ?? 0)) return { start: at };
  throw new Error('no such segment');
}

/** A GIF of `frames` frames, which say that they are as large as their canvas and hold one pixel. */
export function gif(width: number, height: number, frames: number): Buffer {
  const size = Buffer.alloc(4);
  size.writeUInt16LE(width, 0);
  size.writeUInt16LE(height, 2);
  const header = Buffer.concat([
    Buffer.from('GIF89a'),
    size,
    Buffer.from([0x80, 0, 0, 0, 0, 0, 255, 255, 255]),
  ]);
  const control = Buffer.from([0x21, 0xf9, 4, 4, 1, 0, 0, 0]);
  const place = Buffer.concat([Buffer.from([0x2c, 0, 0, 0, 0]), size, Buffer.from([0])]);
  const pixels = Buffer.from([2, 2, 0x44, 1, 0]);
  const frame = Buffer.concat([control, place, pixels]);
  return Buffer.concat([header, ...Array<Buffer>(frames).fill(frame), Buffer.from([0x3b])]);
}

/** Tags of a TIFF's directory: number, type (3 short, 4 long), values. */
export type TiffTag = [number, 3 | 4, number[]];

/** A little-endian TIFF with these tags, then `data` at offset 8, and the directory behind it. */
export function tiff(tags: TiffTag[], data = Buffer.alloc(0), nextDirectory = 0): Buffer {
  const size = (type: 3 | 4) => (type === 3 ? 2 : 4);
  const header = Buffer.from([0x49, 0x49, 42, 0, 0, 0, 0, 0]);
  const directoryAt = 8 + data.length;
  header.writeUInt32LE(directoryAt, 4);
  const entries = Buffer.alloc(2 + tags.length * 12 + 4);
  const extra: Buffer[] = [];
  let extraAt = directoryAt + entries.length;
  entries.writeUInt16LE(tags.length, 0);
  for (const [i, [tag, type, values]] of tags.entries()) {
    const at = 2 + i * 12;
    entries.writeUInt16LE(tag, at);
    entries.writeUInt16LE(type, at + 2);
    entries.writeUInt32LE(values.length, at + 4);
    const bytes = Buffer.alloc(Math.max(4, values.length * size(type)));
    for (const [k, value] of values.entries())
      type === 3 ? bytes.writeUInt16LE(value, k * 2) : bytes.writeUInt32LE(value, k * 4);
    if (bytes.length === 4) entries.set(bytes, at + 8);
    else {
      entries.writeUInt32LE(extraAt, at + 8);
      extra.push(bytes);
      extraAt += bytes.length;
    }
  }
  entries.writeUInt32LE(nextDirectory, entries.length - 4);
  return Buffer.concat([header, data, entries, ...extra]);
}

/** The tags of a TIFF of RGB, 8 bits, in one strip or in tiles. */
export function rgbTags(width: number, height: number, layout: TiffTag[]): TiffTag[] {
  const tags: TiffTag[] = [
    [256, 4, [width]],
    [257, 4, [height]],
    [258, 3, [8, 8, 8]],
    [259, 3, [1]],
    [262, 3, [2]],
    [277, 3, [3]],
    ...layout,
  ];
  return tags.sort(([a], [b]) => a - b);
}
