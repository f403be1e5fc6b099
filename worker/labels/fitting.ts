import type { RankedLabel } from './labels-of.ts';

/**
 * The labels, best first, that take no more than so many bytes of JSON together. A response has to go into one push, of
 * which API Gateway takes 128 KB, and ten of them into one call of the queue, of 1 MiB; else it would be tried in vain until
 * the deadline, and keep its worker from other jobs. A thousand names of ImageNet take 60 KB, with their parents 153 KB.
 */
export function fitting(labels: readonly RankedLabel[], limit: number): RankedLabel[] {
  let bytes = 1; // the brackets, but for the comma that the first has not
  const over = labels.findIndex((label) => {
    bytes += Buffer.byteLength(JSON.stringify(label)) + 1;
    return bytes > limit;
  });
  return labels.slice(0, over < 0 ? labels.length : over);
}
