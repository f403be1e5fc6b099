/** A class that the net sees; `confidence` 0..1, six decimals. */
export interface RankedLabel {
  readonly label: string;
  readonly index: number;
  readonly confidence: number;
}

interface TopKOptions {
  /** How many at most. */
  readonly topK: number;
  /** 0..1, compared with the confidence as it is given out. */
  readonly minConfidence: number;
}

const BACKGROUND = 0;
const DECIMALS = 1e6;

/**
 * The most probable classes, best first, equals by index. The background class, index 0, is never among them.
 *
 * @param probabilities One image's, [1001].
 * @param labels Names by index.
 */
export function topKLabels(
  probabilities: Float32Array,
  labels: readonly string[],
  { topK, minConfidence }: TopKOptions,
): RankedLabel[] {
  return Array.from(probabilities, (probability, index) => ({ probability, index }))
    .filter(({ index }) => index !== BACKGROUND)
    .sort((a, b) => b.probability - a.probability || a.index - b.index)
    .slice(0, topK)
    .map(({ probability, index }) => ({
      label: labels[index] ?? `class ${index}`,
      index,
      confidence: Math.round(probability * DECIMALS) / DECIMALS,
    }))
    .filter(({ confidence }) => confidence >= minConfidence);
}
