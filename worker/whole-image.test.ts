import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { type DecodedImage, decodeImage } from './decode-image.ts';
import { INCEPTION_VIEW } from './models/inception-v3.ts';
import { sampleOf } from './whole-image.ts';

const VIEWS = [INCEPTION_VIEW, { height: 64, width: 64 }, { height: 100, width: 96, shorterSide: 342 }];

/** Noise under a gradient, so that a pixel's shift shows. */
async function photo(width: number, height: number, channels: 3 | 4) {
  const noise = { type: 'gaussian', mean: 128, sigma: 60 } as const;
  const create = { width, height, channels, background: 'teal', noise };
  return sharp(await sharp({ create }).png().toBuffer());
}

function expectSame({ views, ...one }: DecodedImage, { views: expected, ...other }: DecodedImage): void {
  expect(one).toEqual(other);
  // Number by number vitest would take a second for each.
  expect(views.map((view, i) => Buffer.compare(view, expected[i] ?? view))).toEqual([0, 0, 0]);
}

describe('what is asked for beside colours is the same, byte for byte', () => {
  it.each([
    ...[
      [700, 500],
      [701, 500],
      [500, 701],
      [1001, 667],
      [299, 300],
      [343, 342],
      [41, 400],
      [30, 20],
      [2000, 90],
    ],
  ] as [number, number][])('of an image of %i×%i', async (width, height) => {
    const image = await photo(width, height, 3);
    for (const format of ['jpeg', 'png'] as const)
      for (const orientation of [1, 6]) {
        const file = await image.clone().withMetadata({ orientation }).toFormat(format).toBuffer();
        const { colors, ...withColours } = await decodeImage(file, { views: VIEWS, colors: true });
        expectSame(withColours, await decodeImage(file, { views: VIEWS }));
        const alone = await decodeImage(file, { views: [], colors: true });
        expect(alone.colors).toEqual(colors);
        expect(colors?.length).toBeGreaterThan(0);
      }
  });

  it('of one that is partly transparent, and of a palette', async () => {
    for (const format of ['png', 'gif'] as const) {
      const file = await (await photo(401, 300, 4)).ensureAlpha(0.5).toFormat(format).toBuffer();
      const { colors, ...withColours } = await decodeImage(file, { views: VIEWS, colors: true });
      expectSame(withColours, await decodeImage(file, { views: VIEWS }));
      expect(colors).toBeDefined();
    }
  });
});

it('a sample is of all of the image, in its order', () => {
  const rgb = Uint8Array.from({ length: 8 * 4 * 3 }, (_, i) => Math.floor(i / 3));
  expect([...sampleOf({ width: 8, height: 4, rgb }, 2)].filter((_, i) => i % 3 === 0)).toEqual([
    10, 14, 26, 30,
  ]);
});
