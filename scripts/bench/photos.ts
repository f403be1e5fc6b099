import sharp from 'sharp';

const PHOTOS = 16;
const OCTAVES = [4, 16, 64, 128];

/** Numbers 0..1, the same for the same seed (mulberry32, public domain, by Tommy Ettinger). */
export function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** Sixteen JPEGs of about 500×400, textured like photos, always the same ones. */
export function makePhotos(): Promise<Buffer[]> {
  return Promise.all(Array.from({ length: PHOTOS }, (_, index) => makePhoto(seeded(index + 1))));
}

/** A plain JPEG that needs no resizing: decoding it is as good as nothing. */
export const plainPhoto = (): Promise<Buffer> =>
  sharp({ create: { width: 342, height: 342, channels: 3, background: 'tan' } })
    .jpeg()
    .toBuffer();

/** Noise of a few scales, one over the other: about as much for a decoder to do as a photo. */
async function makePhoto(random: () => number): Promise<Buffer> {
  const width = 480 + Math.floor(random() * 41);
  const height = 380 + Math.floor(random() * 41);
  const layers = await Promise.all(OCTAVES.map((cells) => noise(cells, width, height, random)));
  const values = new Float32Array(width * height * 3).fill(128);
  for (const [octave, layer] of layers.entries()) {
    const weight = 1.6 ** -octave;
    for (let i = 0; i < values.length; i++) values[i] = (values[i] ?? 0) + ((layer[i] ?? 0) - 128) * weight;
  }
  const pixels = Buffer.from(Uint8ClampedArray.from(values));
  return sharp(pixels, { raw: { width, height, channels: 3 } })
    .jpeg({ quality: 85 })
    .toBuffer();
}

function noise(cells: number, width: number, height: number, random: () => number): Promise<Buffer> {
  const grid = Buffer.from(Uint8Array.from({ length: cells * cells * 3 }, () => random() * 256));
  return sharp(grid, { raw: { width: cells, height: cells, channels: 3 } })
    .resize(width, height, { fit: 'fill', kernel: 'cubic' })
    .raw()
    .toBuffer();
}
