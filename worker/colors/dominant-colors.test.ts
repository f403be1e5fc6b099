import fc from 'fast-check';
import { expect, it } from 'vitest';
import { dominantColors } from './dominant-colors.ts';

/** Pixels of so many of each colour, mixed by their number. */
function image(...parts: [pixels: number, rgb: number][]): Uint8Array {
  const pixels = parts.flatMap(([count, rgb]) => Array<number>(count).fill(rgb));
  const mixed = pixels.map((_, i) => pixels[(i * 37) % pixels.length] ?? 0);
  return Uint8Array.from(mixed.flatMap((rgb) => [rgb >> 16, (rgb >> 8) & 255, rgb & 255]));
}

it('one colour is one colour, whole', () => {
  expect(dominantColors(image([900, 0xe50000]), 5)).toEqual([{ color: '#e50000', name: 'red', share: 1 }]);
});

it('the largest share comes first, and shares are of all pixels', () => {
  const flag = image([500, 0x0343df], [300, 0xffffff], [200, 0xf97306]);
  expect(dominantColors(flag, 5)).toEqual([
    { color: '#0343df', name: 'blue', share: 0.5 },
    { color: '#ffffff', name: 'white', share: 0.3 },
    { color: '#f97306', name: 'orange', share: 0.2 },
  ]);
});

it('of more colours than are asked for each goes to the one that it looks most like', () => {
  const found = dominantColors(image([400, 0xe50000], [350, 0x15b01a], [200, 0x0343df], [50, 0x2050e8]), 3);
  expect(found.map(({ name }) => name)).toEqual(['red', 'green', 'blue']);
  expect(found[2]?.share).toBe(0.25);
});

it('shades are one colour, their mean, and a speck is none', () => {
  const sky = Array.from({ length: 10 }, (_, i): [number, number] => [99, 0x6fb0f0 + i * 0x010101]);
  const [only, ...more] = dominantColors(image(...sky, [5, 0xe50000]), 5);
  expect(only).toMatchObject({ color: '#74b5f5', name: 'sky blue' });
  expect(more).toEqual([]);
});

it('noise has colours, too, always the same', () => {
  const noise = Uint8Array.from({ length: 3 * 4096 }, (_, i) => Math.imul(i + 1, 2_654_435_761) >>> 24);
  const found = dominantColors(noise, 5);
  expect(found.length).toBeGreaterThan(2);
  expect(dominantColors(noise.slice(), 5)).toEqual(found);
});

it('whatever the pixels, there are colours, no more than asked for, and no more than the whole in all', () => {
  const pixels = fc
    .uint8Array({ minLength: 3, maxLength: 300 })
    .map((bytes) => bytes.subarray(0, bytes.length - (bytes.length % 3)));
  fc.assert(
    fc.property(pixels, fc.integer({ min: 1, max: 8 }), (rgb, count) => {
      const found = dominantColors(rgb, count);
      expect(found.length).toBeLessThanOrEqual(count);
      expect(found.length).toBeGreaterThan(0);
      const shares = found.map(({ share }) => share);
      expect(shares).toEqual(shares.toSorted((a, b) => b - a));
      expect(shares.reduce((sum, share) => sum + share, 0)).toBeLessThanOrEqual(1 + 1e-9);
      for (const { color, name } of found)
        expect([color, name]).toEqual([expect.stringMatching(/^#[0-9a-f]{6}$/), expect.stringMatching(/\w/)]);
    }),
  );
});
