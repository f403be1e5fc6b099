import { expect, it } from 'vitest';
import { colorName } from './color-names.ts';
import { oklab, squareDistance } from './oklab.ts';

const lab = (rgb: number) => oklab(rgb >> 16, (rgb >> 8) & 255, rgb & 255);

it.each([
  [0x0b0b0d, 'black'],
  [0xfdfdfd, 'white'],
  [0x808080, 'grey'],
  [0xff0000, 'red'],
  [0x228b22, 'green'],
  [0x4169e1, 'blue'],
  [0xffd700, 'yellow'],
  [0xffa500, 'orange'],
  [0x5a3d2b, 'brown'],
  [0x000080, 'dark blue'],
  [0x800080, 'purple'],
  [0xffc0cb, 'light pink'],
  [0x008080, 'teal'],
])('%i is called %s', (rgb, name) => {
  expect(colorName(lab(rgb))).toBe(name);
});

it('black and white are as far apart as can be, and have no hue', () => {
  expect(squareDistance(lab(0x000000), lab(0xffffff))).toBeCloseTo(1, 4);
  for (const rgb of [0x000000, 0x777777, 0xffffff]) {
    const [, a, b] = lab(rgb);
    expect(Math.hypot(a, b)).toBeLessThan(1e-3);
  }
});
