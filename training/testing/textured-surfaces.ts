import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import sharp from 'sharp';
import { type Random, seededRandom } from '../../shared/random.ts';

/** What a surface is like at a place, 0..1; one is 2π long. */
type Pattern = (x: number, y: number) => number;

const wave = (x: number) => 0.5 + 0.5 * Math.sin(x);
const edge = (x: number) => 1 / (1 + Math.exp(-12 * (x - 0.5)));
/** Place within its cell, −0.5..0.5. */
const inCell = (x: number) => x / (2 * Math.PI) - Math.round(x / (2 * Math.PI));

const PATTERNS: Record<string, Pattern> = {
  bricks: (x, y) => {
    const row = Math.round(y / (2 * Math.PI));
    const mortar = Math.max(
      Math.abs(inCell(y)),
      0.5 - 2 * (0.5 - Math.abs(inCell(x / 2 + (row % 2) * Math.PI))),
    );
    return 1 - edge((mortar - 0.4) * 8);
  },
  checks: (x, y) => edge(0.5 + 0.5 * Math.sin(x) * Math.sin(y)),
  dots: (x, y) => 1 - edge(Math.hypot(inCell(x), inCell(y)) * 1.7),
  rings: (x, y) => edge(wave(2 * Math.hypot(x, y))),
  stripes: (x, y) => edge(wave(x + 0.4 * Math.sin(y / 3))),
};

/** Names of the classes. */
export const SURFACES: readonly string[] = Object.keys(PATTERNS);

/**
 * Draws pictures of surfaces: bricks, checks, dots, rings and stripes. As in photos, what they have in common is what
 * they show: colours, size, angle, light, sharpness, shape and noise differ from picture to picture.
 *
 * @param folder Gets a folder of JPEGs for each class.
 */
export async function drawSurfaces(folder: string, each: number, seed = 1): Promise<void> {
  const random = seededRandom(seed);
  for (const [name, pattern] of Object.entries(PATTERNS)) {
    await mkdir(join(folder, name), { recursive: true });
    for (let at = 0; at < each; at++) {
      await writeFile(join(folder, name, `${String(at).padStart(3, '0')}.jpg`), await draw(pattern, random));
    }
  }
}

async function draw(pattern: Pattern, random: Random): Promise<Buffer> {
  const between = (low: number, high: number) => low + (high - low) * random.uniform();
  const [width, height] = [Math.round(between(160, 280)), Math.round(between(160, 280))];
  const colour = () => [between(20, 235), between(20, 235), between(20, 235)];
  const [light, dark] = [colour(), colour()];
  const angle = between(0, Math.PI);
  const size = between(0.18, 0.5);
  const [centreX, centreY] = [between(0, width), between(0, height)];
  const [slopeX, slopeY] = [between(-0.8, 0.8) / width, between(-0.8, 0.8) / height];
  const noise = between(5, 25);
  const pixels = new Uint8Array(width * height * 3);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const [dx, dy] = [size * (x - centreX), size * (y - centreY)];
      const share = pattern(
        dx * Math.cos(angle) - dy * Math.sin(angle),
        dx * Math.sin(angle) + dy * Math.cos(angle),
      );
      const brightness = 1 + slopeX * (x - width / 2) + slopeY * (y - height / 2);
      const grain = noise * random.normal();
      for (let i = 0; i < 3; i++) {
        const value = brightness * (share * (light[i] ?? 0) + (1 - share) * (dark[i] ?? 0)) + grain;
        pixels[(y * width + x) * 3 + i] = Math.max(0, Math.min(255, value));
      }
    }
  }
  return sharp(pixels, { raw: { width, height, channels: 3 } })
    .blur(between(0.4, 1.6))
    .jpeg({ quality: Math.round(between(60, 95)) })
    .toBuffer();
}
