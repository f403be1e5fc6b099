import { deflateSync } from 'node:zlib';
import sharp, { type Sharp } from 'sharp';
import type { ErrorCode } from '../../shared/errors.ts';
import {
  gif,
  inflatingChunk,
  png,
  rgbTags,
  tiff,
  withJpegSize,
  withScansRepeated,
} from './hand-made-images.ts';

/** An image that bites, and how its job is to end: in a label, or in one of these codes. */
export interface Biter {
  name: string;
  ends: 'label' | ErrorCode;
  make(): Promise<Buffer>;
}

const photo = (width = 640, height = 480): Sharp =>
  sharp({
    create: {
      width,
      height,
      channels: 3,
      background: '#345',
      noise: { type: 'gaussian', mean: 120, sigma: 40 },
    },
  });
const plain = (width: number, height: number, channels: 3 | 4 = 3): Sharp =>
  sharp({
    create: { width, height, channels, background: { r: 200, g: 100, b: 50, alpha: 0.5 } },
    limitInputPixels: false,
  });
const still = (value: number) =>
  sharp({ create: { width: 64, height: 48, channels: 3, background: { r: value, g: value, b: value } } });
const frames = async (count: number) => {
  const stills = Array.from({ length: count }, (_, i) =>
    still(i * 20)
      .png()
      .toBuffer(),
  );
  return sharp(await Promise.all(stills), { join: { animated: true } });
};

/** 7071×7071 is as many pixels as may be. */
const SIDE = 7_071;

type Made = Sharp | Buffer;
const biter = (name: string, ends: Biter['ends'], make: () => Made | Promise<Made>): Biter => ({
  name,
  ends,
  async make() {
    const made = await make();
    return Buffer.isBuffer(made) ? made : made.toBuffer();
  },
});

const UNSUPPORTED = 'UNSUPPORTED_IMAGE';
const TOO_LARGE = 'IMAGE_TOO_LARGE';
const FORMATS = ['jpeg', 'png', 'webp', 'gif', 'avif', 'tiff'] as const;
const encoded = (format: (typeof FORMATS)[number]) =>
  (format === 'gif' ? photo(160, 120) : photo())
    .toFormat(format, format === 'avif' ? { effort: 0 } : {})
    .toBuffer();

const ORDINARY: Biter[] = [
  ...FORMATS.map((format) => biter(`a ${format}`, 'label', () => encoded(format))),
  ...[1, 2, 3, 4, 5, 6, 7, 8].map((orientation) =>
    biter(`EXIF orientation ${orientation}`, 'label', () => photo().withMetadata({ orientation }).jpeg()),
  ),
  ...FORMATS.map((format) =>
    biter(`one pixel of ${format}`, 'label', () => plain(1, 1).toFormat(format).toBuffer()),
  ),
  biter('65,000 pixels wide and 2 high', 'label', () => plain(65_000, 2).jpeg()),
  biter('2 pixels wide and 65,000 high', 'label', () => plain(2, 65_000).png()),
  biter('65,000 wide and 1 high, a palette PNG', 'label', () => plain(65_000, 1).png({ palette: true })),
  biter('65,500 wide and 700 high', 'label', () => plain(65_500, 700).jpeg()),
  biter('16,383 wide WebP', 'label', () => plain(16_383, 3).webp()),
  biter('an animated GIF', 'label', async () => (await frames(5)).gif()),
  biter('an animated WebP', 'label', async () => (await frames(5)).webp()),
  biter('a GIF of 20,000 frames', 'label', () => gif(1, 1, 20_000)),
  biter('CMYK', 'label', () => photo().toColourspace('cmyk').jpeg()),
  biter('progressive CMYK', 'label', () => photo().toColourspace('cmyk').jpeg({ progressive: true })),
  biter('16 bits a channel, PNG', 'label', () => photo().toColourspace('rgb16').png()),
  biter('16 bits a channel, TIFF', 'label', () => photo().toColourspace('rgb16').tiff()),
  biter('floating-point TIFF', 'label', () =>
    photo().toColourspace('scrgb').tiff({ compression: 'deflate' }),
  ),
  biter('grey JPEG', 'label', () => photo().toColourspace('b-w').jpeg()),
  biter('16-bit grey PNG', 'label', () => photo().toColourspace('grey16').png()),
  biter('1-bit PNG', 'label', () => photo().toColourspace('b-w').png({ palette: true, colours: 2 })),
  biter('1-bit TIFF', 'label', () => photo().toColourspace('b-w').tiff({ bitdepth: 1 })),
  biter('Lab TIFF', 'label', () => photo().toColourspace('lab').tiff()),
  biter('palette PNG', 'label', () => photo(160, 120).png({ palette: true })),
  biter('transparent PNG', 'label', () => plain(300, 300, 4).png()),
  biter('transparent WebP', 'label', () => plain(300, 300, 4).webp()),
  biter('interlaced PNG', 'label', () => photo().png({ progressive: true })),
  biter('10-bit AVIF', 'label', () => photo().heif({ compression: 'av1', bitdepth: 10, effort: 0 })),
  biter('a TIFF of several pages', 'label', async () =>
    sharp([await encoded('png'), await encoded('png')], { join: { animated: true } })
      .tiff()
      .toBuffer(),
  ),
  biter('a TIFF in tiles', 'label', () => photo(1_000, 800).tiff({ tile: true, compression: 'lzw' })),
  biter('a JPEG inside a TIFF', 'label', () => photo().tiff({ compression: 'jpeg' })),
];

const LIES: Biter[] = [
  ...FORMATS.flatMap((format) => [
    biter(`a ${format} cut off`, UNSUPPORTED, async () => {
      const whole = await encoded(format);
      return whole.subarray(0, Math.floor(whole.length * 0.6));
    }),
    biter(`the first 40 bytes of a ${format}`, UNSUPPORTED, async () =>
      (await encoded(format)).subarray(0, 40),
    ),
  ]),
  biter('a PNG that says 65,000×65,000', TOO_LARGE, () =>
    png({ width: 65_000, height: 65_000, pixels: Buffer.alloc(100) }),
  ),
  biter('a PNG that says 2³¹−1 squared', UNSUPPORTED, () =>
    png({ width: 2 ** 31 - 1, height: 2 ** 31 - 1, pixels: Buffer.alloc(100) }),
  ),
  biter('a PNG of no width', UNSUPPORTED, () => png({ width: 0, height: 10, pixels: Buffer.alloc(100) })),
  biter('a PNG that says 7,000×7,000 and has one row', UNSUPPORTED, () =>
    png({ width: 7_000, height: 7_000, pixels: Buffer.alloc(21_001) }),
  ),
  biter('a PNG with more pixels than it says', 'label', () =>
    png({ width: 10, height: 10, pixels: Buffer.alloc(50_000_000) }),
  ),
  biter('a PNG with a text that inflates to 200 MB', 'label', () =>
    png({
      width: 10,
      height: 10,
      before: [['zTXt', inflatingChunk(200_000_000)]],
      pixels: Buffer.alloc(310),
    }),
  ),
  biter('a PNG with a profile that inflates to 200 MB', 'label', () =>
    png({
      width: 10,
      height: 10,
      before: [['iCCP', inflatingChunk(200_000_000)]],
      pixels: Buffer.alloc(310),
    }),
  ),
  biter('a PNG with 100,000 texts', 'label', () =>
    png({
      width: 10,
      height: 10,
      before: Array.from({ length: 100_000 }, () => ['tEXt', Buffer.from('a\0b')]),
      pixels: Buffer.alloc(310),
    }),
  ),
  biter('a JPEG that says 65,535×65,535', TOO_LARGE, async () =>
    withJpegSize(await encoded('jpeg'), 65_535, 65_535),
  ),
  biter('a JPEG that says 7,000×7,000', 'label', async () =>
    withJpegSize(await encoded('jpeg'), 7_000, 7_000),
  ),
  biter('a JPEG of no height', UNSUPPORTED, async () => withJpegSize(await encoded('jpeg'), 640, 0)),
  biter('a progressive JPEG of 600 scans', UNSUPPORTED, async () =>
    withScansRepeated(await plain(3_000, 3_000).jpeg({ progressive: true, quality: 5 }).toBuffer(), 600),
  ),
  biter('a GIF of 65,535×65,535', TOO_LARGE, () => gif(65_535, 65_535, 1)),
  biter('a WebP that says 16,384×16,384', UNSUPPORTED, async () => {
    const webp = await plain(300, 300, 4).webp().toBuffer();
    return Buffer.concat([
      webp.subarray(0, 24),
      Buffer.from([0xff, 0x3f, 0, 0xff, 0x3f, 0]),
      webp.subarray(30),
    ]);
  }),
  biter('an AVIF that says 65,535×65,535', TOO_LARGE, async () => {
    const avif = await encoded('avif');
    const at = avif.indexOf('ispe');
    avif.writeUInt32BE(65_535, at + 8);
    avif.writeUInt32BE(65_535, at + 12);
    return avif;
  }),
  biter('an AVIF that says 6,000×6,000', TOO_LARGE, async () => {
    const avif = await encoded('avif');
    const at = avif.indexOf('ispe');
    avif.writeUInt32BE(6_000, at + 8);
    avif.writeUInt32BE(6_000, at + 12);
    return avif;
  }),
  biter('a TIFF of one strip that says 4 GB', UNSUPPORTED, () =>
    tiff(
      rgbTags(7_000, 7_000, [
        [273, 4, [8]],
        [278, 4, [7_000]],
        [279, 4, [0xffff_ffff]],
      ]),
      Buffer.alloc(64),
    ),
  ),
  biter('a TIFF of one giant tile', UNSUPPORTED, () =>
    tiff(
      rgbTags(7_000, 7_000, [
        [322, 4, [65_520]],
        [323, 4, [65_520]],
        [324, 4, [8]],
        [325, 4, [64]],
      ]),
      Buffer.alloc(64),
    ),
  ),
  biter('a TIFF of 18,750 tiles that are one', 'label', () =>
    tiff(
      rgbTags(1_600, 3_000, [
        [322, 4, [16]],
        [323, 4, [16]],
        [324, 4, Array<number>(18_750).fill(8)],
        [325, 4, Array<number>(18_750).fill(64)],
      ]),
      Buffer.alloc(64),
    ),
  ),
  biter('a TIFF whose directory follows itself', UNSUPPORTED, () =>
    tiff(rgbTags(10, 10, []), Buffer.alloc(64), 72),
  ),
  biter('a TIFF of 64 bits times 65,535 channels', UNSUPPORTED, () =>
    tiff(
      [
        [256, 4, [100]],
        [257, 4, [100]],
        [258, 3, [64]],
        [259, 3, [1]],
        [262, 3, [2]],
        [273, 4, [8]],
        [277, 3, [65_535]],
        [278, 4, [100]],
        [279, 4, [64]],
      ],
      Buffer.alloc(64),
    ),
  ),
];

const OTHERS: Biter[] = [
  biter('an SVG', UNSUPPORTED, () =>
    Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"><image href="file:///etc/passwd"/></svg>'),
  ),
  biter('an SVG in UTF-16', UNSUPPORTED, () =>
    Buffer.from('\ufeff<svg xmlns="http://www.w3.org/2000/svg"/>', 'utf16le'),
  ),
  biter('an SVG of a billion laughs', UNSUPPORTED, () =>
    Buffer.from('<?xml version="1.0"?><!DOCTYPE svg [<!ENTITY a "aa"><!ENTITY b "&a;&a;">]><svg>&b;</svg>'),
  ),
  biter('a compressed SVG', UNSUPPORTED, () =>
    Buffer.concat([Buffer.from([0x1f, 0x8b]), deflateSync('<svg/>')]),
  ),
  biter('a PDF', UNSUPPORTED, () => Buffer.from('%PDF-1.7\n1 0 obj')),
  biter('HTML', UNSUPPORTED, () => Buffer.from('<!doctype html><img src=x>')),
  biter('a BMP', UNSUPPORTED, () => Buffer.from('BM\x46\0\0\0\0\0\0\0\x36\0\0\0', 'latin1')),
  biter('nothing', UNSUPPORTED, () => Buffer.alloc(0)),
  biter('zeros', UNSUPPORTED, () => Buffer.alloc(100_000)),
  biter("libvips' own format", UNSUPPORTED, () =>
    Buffer.concat([Buffer.from([0x08, 0xf2, 0xa6, 0xb6]), Buffer.alloc(100)]),
  ),
  biter('an EXR, an FITS, a PPM', UNSUPPORTED, () => Buffer.from('P6\n100000 100000\n255\n')),
  biter('a GIF that is JavaScript too', 'label', async () =>
    Buffer.concat([await encoded('gif'), Buffer.from('/*=1;alert(1)')]),
  ),
  biter('a JPEG that is a ZIP too', 'label', async () =>
    Buffer.concat([await encoded('jpeg'), Buffer.from('PK\x03\x04'), Buffer.alloc(1_000)]),
  ),
  biter('a PNG that is a PDF too', 'label', () =>
    png({ width: 10, height: 10, before: [['tEXt', Buffer.from('a\0%PDF-1.7')]], pixels: Buffer.alloc(310) }),
  ),
  biter('a PDF that is a JPEG too', UNSUPPORTED, async () =>
    Buffer.concat([Buffer.from('%PDF-1.7\n'), await encoded('jpeg')]),
  ),
];

/** As much as is allowed, and more: what takes memory. */
const HEAVY: Biter[] = [
  biter('a progressive JPEG of 50 megapixels', 'label', () => plain(SIDE, SIDE).jpeg({ progressive: true })),
  biter('a progressive JPEG of 50 megapixels, 4:4:4', TOO_LARGE, async () =>
    withJpegSize(
      await photo().jpeg({ progressive: true, chromaSubsampling: '4:4:4' }).toBuffer(),
      SIDE,
      SIDE,
    ),
  ),
  biter('a PNG of 50 megapixels', 'label', () =>
    png({ width: SIDE, height: SIDE, pixels: Buffer.alloc(SIDE * SIDE * 3 + SIDE) }),
  ),
  biter('an interlaced PNG of 25 megapixels', 'label', () =>
    png({ width: 5_000, height: 5_000, interlaced: true, pixels: Buffer.alloc(5_000 * 5_000 * 3 + 15_000) }),
  ),
  biter('an interlaced 16-bit PNG of 50 megapixels', TOO_LARGE, () =>
    png({ width: SIDE, height: SIDE, depth: 16, interlaced: true, pixels: Buffer.alloc(100) }),
  ),
  biter('51 megapixels', TOO_LARGE, () => png({ width: 8_500, height: 6_000, pixels: Buffer.alloc(100) })),
  biter('a GIF of 39 megapixels', 'label', () => gif(6_240, 6_240, 1)),
  biter('a GIF of 50 megapixels', TOO_LARGE, () => gif(SIDE, SIDE, 1)),
  biter('a WebP of 49 megapixels', 'label', () =>
    plain(16_383, 3_000, 4).webp({ lossless: true, effort: 0 }),
  ),
  biter('an AVIF of 12 megapixels', 'label', () =>
    plain(4_000, 3_000).heif({ compression: 'av1', effort: 0 }),
  ),
  biter('a TIFF of 50 megapixels in one strip of zeros', 'label', () => {
    const strip = deflateSync(Buffer.alloc(SIDE * SIDE * 3), { level: 1 });
    return tiff(
      rgbTags(SIDE, SIDE, [
        [273, 4, [8]],
        [278, 4, [SIDE]],
        [279, 4, [strip.length]],
      ]).map((tag) => (tag[0] === 259 ? [259, 3, [8]] : tag)),
      strip,
    );
  }),
];

/** Images of each kind that has bitten image services, by what they are. */
export const IMAGE_CORPUS: readonly Biter[] = [...ORDINARY, ...LIES, ...OTHERS, ...HEAVY];
