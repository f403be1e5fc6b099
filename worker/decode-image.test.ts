import { crc32 } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import type { ServiceError } from '../shared/errors.ts';

import { sharp } from './decode-image-loaders.ts';
import { decodeView } from './decode-view.ts';
import { INCEPTION_VIEW } from './models/inception-v3.ts';

const decode = (bytes: Buffer) => decodeView(bytes, INCEPTION_VIEW);

type Rgb = readonly [number, number, number];
const RED: Rgb = [220, 30, 30];
const GREEN: Rgb = [30, 220, 30];
const BLUE: Rgb = [30, 30, 220];
const WHITE: Rgb = [255, 255, 255];

/** Four quadrants of colour: top left, top right, bottom left, bottom right. */
function quadrants(width: number, height: number, colours: readonly Rgb[]) {
  const pixels = Buffer.alloc(width * height * 3);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      pixels.set(colours[(y < height / 2 ? 0 : 2) + (x < width / 2 ? 0 : 1)] ?? WHITE, (y * width + x) * 3);
    }
  }
  return sharp(pixels, { raw: { width, height, channels: 3 } });
}

const plain = (width: number, height: number, [r, g, b]: Rgb) =>
  sharp({ create: { width, height, channels: 3, background: { r, g, b } } });

function pixel(rgb: Uint8Array, x: number, y: number): Rgb {
  const at = (y * 299 + x) * 3;
  return [rgb[at] ?? -1, rgb[at + 1] ?? -1, rgb[at + 2] ?? -1];
}

function expectColour(actual: Rgb, expected: Rgb, tolerance = 12): void {
  expect(Math.max(...actual.map((value, i) => Math.abs(value - (expected[i] ?? 0))))).toBeLessThanOrEqual(
    tolerance,
  );
}

const refusal = (bytes: Buffer): Promise<ServiceError> =>
  decode(bytes).then(
    () => expect.unreachable('the image was accepted'),
    (error) => error,
  );

describe('formats', () => {
  it.each(['jpeg', 'png', 'webp', 'gif', 'avif', 'tiff'] as const)('%s is decoded', async (format) => {
    const bytes = await quadrants(640, 480, [RED, GREEN, BLUE, WHITE]).toFormat(format).toBuffer();
    const image = await decode(bytes);
    expect(image).toMatchObject({ width: 640, height: 480, format });
    expect(image.rgb).toHaveLength(299 * 299 * 3);
    expectColour(pixel(image.rgb, 60, 60), RED);
    expectColour(pixel(image.rgb, 240, 60), GREEN);
    expectColour(pixel(image.rgb, 60, 240), BLUE);
    expectColour(pixel(image.rgb, 240, 240), WHITE);
  });

  it('of an animation the first frame counts', async () => {
    const frames = [await plain(64, 64, RED).png().toBuffer(), await plain(64, 64, BLUE).png().toBuffer()];
    const gif = await sharp(frames, { join: { animated: true } })
      .gif()
      .toBuffer();
    const image = await decode(gif);
    expect(image).toMatchObject({ width: 64, height: 64 });
    expectColour(pixel(image.rgb, 149, 149), RED);
  });
});

describe('geometry', () => {
  // What quadrants stored as R G B W are seen as, by EXIF orientation.
  it.each([
    [1, [RED, GREEN, BLUE, WHITE]],
    [2, [GREEN, RED, WHITE, BLUE]],
    [3, [WHITE, BLUE, GREEN, RED]],
    [4, [BLUE, WHITE, RED, GREEN]],
    [5, [RED, BLUE, GREEN, WHITE]],
    [6, [BLUE, RED, WHITE, GREEN]],
    [7, [WHITE, GREEN, BLUE, RED]],
    [8, [GREEN, WHITE, RED, BLUE]],
  ] as const)('EXIF orientation %i is applied', async (orientation, seen) => {
    const stored = quadrants(900, 600, [RED, GREEN, BLUE, WHITE]);
    const bytes = await stored.withMetadata({ orientation }).jpeg({ quality: 95 }).toBuffer();
    const { rgb, width, height } = await decode(bytes);
    expect([width, height]).toEqual(orientation < 5 ? [900, 600] : [600, 900]);
    expectColour(pixel(rgb, 40, 40), seen[0]);
    expectColour(pixel(rgb, 260, 40), seen[1]);
    expectColour(pixel(rgb, 40, 260), seen[2]);
    expectColour(pixel(rgb, 260, 260), seen[3]);
  });

  it('a view without a shorter side is the whole image, stretched', async () => {
    const bytes = await quadrants(900, 300, [RED, GREEN, BLUE, WHITE]).png().toBuffer();
    const { rgb } = await decodeView(bytes, { height: 100, width: 50 });
    expect(rgb).toHaveLength(100 * 50 * 3);
    const at = (x: number, y: number): Rgb => {
      const [r = -1, g = -1, b = -1] = rgb.subarray((y * 50 + x) * 3);
      return [r, g, b];
    };
    expectColour(at(1, 1), RED);
    expectColour(at(48, 1), GREEN);
    expectColour(at(1, 98), BLUE);
    expectColour(at(48, 98), WHITE);
  });

  it('the cut is the middle 299 of 342', async () => {
    const middle = await plain(300, 300, GREEN).png().toBuffer();
    const bytes = await plain(684, 342, RED)
      .composite([{ input: middle }])
      .png()
      .toBuffer();
    const { rgb } = await decode(bytes);
    for (const [x, y] of [
      [1, 1],
      [297, 1],
      [1, 297],
      [297, 297],
    ] as const)
      expectColour(pixel(rgb, x, y), GREEN);
  });

  it.each([
    [1, 1],
    [65_000, 2],
    [2, 60_000],
    [3, 1],
  ])('%i×%i is decoded', async (width, height) => {
    const image = await decode(await plain(width, height, BLUE).png().toBuffer());
    expect(image).toMatchObject({ width, height });
    expectColour(pixel(image.rgb, 149, 149), BLUE);
    expectColour(pixel(image.rgb, 0, 298), BLUE);
  });

  it('an elongated image gives what resizing all of it would', async () => {
    const [width, height] = [4000, 200];
    const pixels = Uint8Array.from({ length: width * height * 3 }, (_, i) => (Math.sin(i / 900) + 1) * 127);
    const bytes = await sharp(pixels, { raw: { width, height, channels: 3 } })
      .png()
      .toBuffer();
    const { rgb } = await decode(bytes);
    const whole = await sharp(bytes)
      .resize(342, 342, { fit: 'cover', kernel: 'lanczos3' })
      .extract({ left: 21, top: 21, width: 299, height: 299 })
      .raw()
      .toBuffer();
    const difference = rgb.reduce((sum, value, i) => sum + Math.abs(value - (whole[i] ?? 0)), 0) / rgb.length;
    expect(difference).toBeLessThan(1);
  });
});

describe('elongated and turned', () => {
  it('the middle is cut from the image as it is seen', async () => {
    const stored = quadrants(8000, 100, [RED, GREEN, BLUE, WHITE]);
    const bytes = await stored.withMetadata({ orientation: 6 }).jpeg({ quality: 95 }).toBuffer();
    const { rgb, width, height } = await decode(bytes);
    expect([width, height]).toEqual([100, 8000]);
    expectColour(pixel(rgb, 40, 40), BLUE);
    expectColour(pixel(rgb, 260, 40), RED);
    expectColour(pixel(rgb, 40, 260), WHITE);
    expectColour(pixel(rgb, 260, 260), GREEN);
  });
});

describe('colour', () => {
  it('what is transparent is white', async () => {
    const background = { r: 200, g: 0, b: 0, alpha: 0 };
    const bytes = await sharp({ create: { width: 50, height: 50, channels: 4, background } })
      .png()
      .toBuffer();
    expectColour(pixel((await decode(bytes)).rgb, 100, 100), WHITE, 0);
  });

  it('half transparent is half way to white', async () => {
    const background = { r: 0, g: 0, b: 0, alpha: 0.5 };
    const bytes = await sharp({ create: { width: 50, height: 50, channels: 4, background } })
      .png()
      .toBuffer();
    expectColour(pixel((await decode(bytes)).rgb, 100, 100), [127, 127, 127], 2);
  });

  it.each([
    ['greyscale PNG', () => plain(400, 400, [100, 100, 100]).toColourspace('b-w').png()],
    ['16-bit grey PNG', () => plain(400, 400, [100, 100, 100]).toColourspace('grey16').png()],
    ['greyscale JPEG', () => plain(400, 400, [100, 100, 100]).toColourspace('b-w').jpeg()],
    ['16-bit PNG', () => plain(400, 400, [100, 100, 100]).toColourspace('rgb16').png()],
    ['16-bit TIFF', () => plain(400, 400, [100, 100, 100]).toColourspace('rgb16').tiff()],
    ['palette PNG', () => plain(400, 400, [100, 100, 100]).png({ palette: true })],
    ['CMYK JPEG', () => plain(400, 400, [100, 100, 100]).toColourspace('cmyk').jpeg()],
  ])('%s becomes 8-bit RGB', async (_name, make) => {
    const { rgb } = await decode(await make().toBuffer());
    expectColour(pixel(rgb, 149, 149), [100, 100, 100]);
  });
});

describe('refusals', () => {
  it.each([
    ['SVG images', '<?xml version="1.0"?>\n<!-- a -->\n<svg xmlns="http://www.w3.org/2000/svg"/>'],
    ['SVG images', '\ufeff<svg width="9"></svg>'],
    ['PDF files', '%PDF-1.7\n%âãÏÓ'],
    ['HTML pages', '<!DOCTYPE html><html><body><svg>Not found'],
    ['Text files', 'just a few words, named photo.jpg'],
    ['BMP images', 'BM\x46\0\0\0\0\0\0\0\x36\0\0\0'],
    ['HEIC images', '\0\0\0\x18ftypheic\0\0\0\0mif1heic'],
  ])('%s are refused by name', async (name, content) => {
    const error = await refusal(Buffer.from(content));
    expect(error).toMatchObject({ code: 'UNSUPPORTED_IMAGE', retryable: false });
    expect(error.message).toMatch(new RegExp(`^${name} are not supported: `));
  });

  it.each([
    ['nothing at all', Buffer.alloc(0)],
    ['noise', Buffer.from([0, 1, 2, 3, 250, 251, 252])],
    ['a bare JPEG signature', Buffer.from([0xff, 0xd8, 0xff])],
    ['a bare PNG signature', Buffer.from('\x89PNG\r\n\x1a\n', 'latin1')],
  ])('%s is refused', async (_name, bytes) => {
    expect((await refusal(bytes)).code).toBe('UNSUPPORTED_IMAGE');
  });

  it.each(['jpeg', 'png', 'webp', 'gif', 'avif', 'tiff'] as const)(
    'a truncated %s is refused',
    async (format) => {
      const whole = await quadrants(800, 800, [RED, GREEN, BLUE, WHITE]).toFormat(format).toBuffer();
      const error = await refusal(whole.subarray(0, Math.floor(whole.length * 0.6)));
      expect(error.code).toBe('UNSUPPORTED_IMAGE');
      expect(error.message).toMatch(/is damaged or incomplete/);
    },
  );

  it('51 megapixels are too large, and the header alone tells', async () => {
    const png = await plain(8, 8, RED).png().toBuffer();
    png.writeUInt32BE(8500, 16);
    png.writeUInt32BE(6000, 20);
    png.writeUInt32BE(crc32(png.subarray(12, 29)), 29);
    const error = await refusal(png);
    expect(error.code).toBe('IMAGE_TOO_LARGE');
    expect(error.message).toContain('8500×6000');
  });
});
