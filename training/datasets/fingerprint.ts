import { createHash } from 'node:crypto';
import type { Dataset } from './dataset.ts';

/** Tells datasets apart by what is in them: a run is gone on with only on the images that it began with. */
export function fingerprint({ classes, shape, training, test }: Dataset): string {
  const hash = createHash('sha256').update(JSON.stringify([classes, shape]));
  for (const { pixels, labels } of [training, test]) hash.update(pixels).update(labels);
  return hash.digest('hex');
}
