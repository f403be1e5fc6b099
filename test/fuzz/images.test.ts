import { pathToFileURL } from 'node:url';
import fc from 'fast-check';
import sharp from 'sharp';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { buildWorker } from '../../local/build-worker.ts';
import { ServiceError } from '../../shared/errors.ts';
import { decoderCommand } from '../../worker/decoder-command.ts';
import { ImageDecoder } from '../../worker/image-decoder.ts';
import { INCEPTION_VIEW } from '../../worker/models/inception-v3.ts';
import { mutateBytes } from './mutate.ts';

/** `FUZZ_IMAGES=20000 npx vitest run test/fuzz/images.test.ts` runs more; fast-check tells the seed of a failure. */
const RUNS = Number(process.env.FUZZ_IMAGES ?? 300);
const FORMATS = ['jpeg', 'png', 'webp', 'gif', 'avif', 'tiff'] as const;

let decoder: ImageDecoder;
let images: Buffer[];
beforeAll(async () => {
  decoder = new ImageDecoder({
    atOnce: 1,
    command: decoderCommand(1, pathToFileURL(await buildWorker()).href),
  });
  const noise = { type: 'gaussian', mean: 120, sigma: 40 } as const;
  const photo = () => sharp({ create: { width: 48, height: 40, channels: 3, background: 'tan', noise } });
  images = await Promise.all([
    ...FORMATS.map((format) => photo().toFormat(format).toBuffer()),
    photo().jpeg({ progressive: true }).withMetadata({ orientation: 6 }).toBuffer(),
    photo().toColourspace('cmyk').jpeg().toBuffer(),
    photo().png({ progressive: true, palette: true }).toBuffer(),
    photo().toColourspace('rgb16').png().toBuffer(),
    photo().webp({ lossless: true }).toBuffer(),
    photo().tiff({ compression: 'lzw', tile: true }).toBuffer(),
    photo().tiff({ compression: 'jpeg' }).toBuffer(),
    photo().tiff({ compression: 'deflate', predictor: 'horizontal' }).toBuffer(),
  ]);
});
afterAll(() => decoder.close());

it(`of ${RUNS} damaged images each is decoded or refused by its code, and no decoder dies`, {
  timeout: 3_600_000,
}, async () => {
  const pid = await decoder.start();
  const ends = new Map<string, number>();
  const property = fc.asyncProperty(fc.nat(images.length - 1), fc.integer(), async (which, seed) => {
    const image = mutateBytes(images[which] ?? Buffer.alloc(0), seed);
    const end = await decoder.decode(image, { views: [INCEPTION_VIEW] }).then(
      () => 'decoded',
      (error: unknown) => (error instanceof ServiceError ? error.code : String(error)),
    );
    ends.set(end, (ends.get(end) ?? 0) + 1);
    expect(['decoded', 'UNSUPPORTED_IMAGE', 'IMAGE_TOO_LARGE']).toContain(end);
  });
  await fc.assert(property, { numRuns: RUNS });
  expect(await decoder.start()).toBe(pid);
  console.info(Object.fromEntries(ends));
});
