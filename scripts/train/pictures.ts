import sharp from 'sharp';
import { type Dataset, imageBytes } from '../../training/datasets/dataset.ts';
import type { Mistake } from './report.ts';

const MAX_SIDE = 96;

/** Test images as `data:` URLs, small enough for a page to hold many. */
export function picturesOf(
  { shape, test }: Pick<Dataset, 'shape' | 'test'>,
  mistakes: readonly Mistake[],
): Promise<string[]> {
  const size = imageBytes(shape);
  return Promise.all(
    mistakes.map(async ({ index }) => {
      const raw = { width: shape.width, height: shape.height, channels: shape.channels };
      const png = await sharp(test.pixels.subarray(index * size, (index + 1) * size), { raw })
        .resize(MAX_SIDE, MAX_SIDE, { fit: 'inside', withoutEnlargement: true })
        .png()
        .toBuffer();
      return `data:image/png;base64,${png.toString('base64')}`;
    }),
  );
}
