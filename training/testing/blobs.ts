import { seededRandom } from '../../shared/random.ts';
import type { Dataset, LabelledImages } from '../datasets/dataset.ts';

const SIDE = 12;

/** Three classes of grey images that a small net learns in a few steps: a bright bar at the top, in the middle, below. */
export function blobs(each: number, seed = 1): Dataset {
  const random = seededRandom(seed);
  const images = (): LabelledImages => {
    const labels = new Uint8Array(3 * each).map((_, at) => at % 3);
    const pixels = new Uint8Array(labels.length * SIDE * SIDE);
    for (const [image, label] of labels.entries()) {
      for (let i = 0; i < SIDE * SIDE; i++) {
        const bright = Math.floor(i / SIDE / (SIDE / 3)) === label;
        pixels[image * SIDE * SIDE + i] = (bright ? 120 : 60) + 80 * random.uniform();
      }
    }
    return { pixels, labels };
  };
  return {
    name: 'blobs',
    source: 'made up',
    licence: 'MIT',
    classes: ['top', 'middle', 'bottom'],
    shape: { height: SIDE, width: SIDE, channels: 1 },
    training: images(),
    test: images(),
  };
}
