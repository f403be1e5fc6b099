import { colorName } from './color-names.ts';
import { type Lab, oklab, squareDistance } from './oklab.ts';

/** `share` of the image, 0..1, three decimals, rounded down. */
export interface ColorShare {
  /** `#rrggbb`. */
  color: string;
  name: string;
  share: number;
}

/** Colours no further apart than this in OKLab are one: as far as two shades of a name. */
const ALIKE = 0.09 ** 2;
/** Fewer of the pixels are no colour of the image. */
const LEAST_SHARE = 0.02;
const MOST_ROUNDS = 6;

/** Pixels of about one colour: how many, and their sums. */
interface Bin {
  readonly lab: Lab;
  readonly pixels: number;
  readonly sums: readonly [r: number, g: number, b: number];
}

/**
 * The colours that an image is made of, the largest share first: by k-means in OKLab, from the most frequent colour and
 * those that are far from it. The same pixels always give the same.
 *
 * @param rgb bytes, [n, 3]
 * @param count how many at most
 */
export function dominantColors(rgb: Uint8Array, count: number): ColorShare[] {
  const bins = binsOf(rgb);
  let centres = firstCentres(bins, count);
  let groups = grouped(bins, centres);
  for (let round = 0; round < MOST_ROUNDS; round++) {
    const moved = groups.map(meanOf).map(({ lab }) => lab);
    const isStill = moved.every((lab, i) => squareDistance(lab, centres[i] ?? lab) < 1e-6);
    if (isStill) break;
    centres = moved;
    groups = grouped(bins, centres);
  }
  const total = rgb.length / 3;
  return merged(groups.map(meanOf))
    .filter(({ pixels }) => pixels >= total * LEAST_SHARE)
    .sort((a, b) => b.pixels - a.pixels)
    .map(({ lab, pixels, sums }) => ({
      color: hex(sums.map((sum) => Math.round(sum / pixels))),
      name: colorName(lab),
      share: Math.floor((pixels * 1000) / total) / 1000,
    }));
}

/** The pixels by the upper four bits of their bytes: so few that what follows takes no time. */
function binsOf(rgb: Uint8Array): Bin[] {
  const sums = new Float64Array(4096 * 4);
  for (let at = 0; at < rgb.length; at += 3) {
    const r = rgb[at] ?? 0;
    const g = rgb[at + 1] ?? 0;
    const b = rgb[at + 2] ?? 0;
    const bin = (((r >> 4) << 8) | ((g >> 4) << 4) | (b >> 4)) * 4;
    sums[bin] = (sums[bin] ?? 0) + 1;
    sums[bin + 1] = (sums[bin + 1] ?? 0) + r;
    sums[bin + 2] = (sums[bin + 2] ?? 0) + g;
    sums[bin + 3] = (sums[bin + 3] ?? 0) + b;
  }
  const bins: Bin[] = [];
  for (let bin = 0; bin < sums.length; bin += 4) {
    const pixels = sums[bin] ?? 0;
    if (pixels > 0) bins.push(binOf(pixels, [sums[bin + 1] ?? 0, sums[bin + 2] ?? 0, sums[bin + 3] ?? 0]));
  }
  return bins;
}

const binOf = (pixels: number, sums: Bin['sums']): Bin => ({
  lab: oklab(Math.round(sums[0] / pixels), Math.round(sums[1] / pixels), Math.round(sums[2] / pixels)),
  pixels,
  sums,
});

/** The most frequent, and then each time what is most and furthest from all before. */
function firstCentres(bins: readonly Bin[], count: number): Lab[] {
  const distances = bins.map(() => 1);
  const centres: Lab[] = [];
  while (centres.length < count) {
    let best: Bin | undefined;
    let most = 0;
    bins.forEach((bin, i) => {
      const worth = bin.pixels * (distances[i] ?? 0);
      if (worth > most) [best, most] = [bin, worth];
    });
    if (best === undefined) break;
    const { lab } = best;
    centres.push(lab);
    bins.forEach((bin, i) => {
      const distance = squareDistance(bin.lab, lab);
      distances[i] = distance < ALIKE ? 0 : Math.min(distances[i] ?? 0, distance);
    });
  }
  return centres;
}

/** Each bin with the centre that is nearest; centres without any are left out. */
function grouped(bins: readonly Bin[], centres: readonly Lab[]): Bin[][] {
  const groups: Bin[][] = centres.map(() => []);
  for (const bin of bins) {
    let nearest = 0;
    let least = Number.POSITIVE_INFINITY;
    for (let i = 0; i < centres.length; i++) {
      const distance = squareDistance(bin.lab, centres[i] ?? bin.lab);
      if (distance < least) [nearest, least] = [i, distance];
    }
    groups[nearest]?.push(bin);
  }
  return groups.filter((group) => group.length > 0);
}

function meanOf(group: readonly Bin[]): Bin {
  let [pixels, r, g, b] = [0, 0, 0, 0];
  for (const bin of group) {
    pixels += bin.pixels;
    r += bin.sums[0];
    g += bin.sums[1];
    b += bin.sums[2];
  }
  return binOf(pixels, [r, g, b]);
}

/** Those that came to be alike are one. */
function merged(colours: readonly Bin[]): Bin[] {
  const result: Bin[] = [];
  for (const colour of colours) {
    const like = result.findIndex((other) => squareDistance(other.lab, colour.lab) < ALIKE);
    if (like < 0) result.push(colour);
    else result[like] = meanOf([result[like] ?? colour, colour]);
  }
  return result;
}

const hex = (bytes: readonly number[]) =>
  `#${bytes.map((byte) => byte.toString(16).padStart(2, '0')).join('')}`;
