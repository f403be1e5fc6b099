import type { LayerSpec } from './topology.ts';

/** A layer, and the batch normalisation that it does along with its own sums. */
export interface FoldedLayer {
  readonly spec: LayerSpec;
  readonly normalisation?: LayerSpec;
}

const SUMMING = new Set(['Conv2D', 'DepthwiseConv2D', 'SeparableConv2D', 'Dense']);

/**
 * Takes each batch normalisation into the layer before it, where that is a sum of weighted values, has no activation of
 * its own and is read by nobody else: scaling and shifting the sum is scaling its weights and shifting its bias.
 */
export function foldNormalisations(layers: readonly LayerSpec[], output: string): readonly FoldedLayer[] {
  const normalisationOf = new Map<string, LayerSpec>();
  for (const layer of layers) {
    const [before] = layer.inputs;
    const summing = layers.find(({ name }) => name === before);
    if (layer.className !== 'BatchNormalization' || summing === undefined) continue;
    const readers = layers.filter(({ inputs }) => inputs.includes(summing.name));
    const linear = (summing.config.activation ?? 'linear') === 'linear';
    if (SUMMING.has(summing.className) && linear && readers.length === 1 && summing.name !== output) {
      normalisationOf.set(summing.name, layer);
    }
  }
  const folded = new Set([...normalisationOf.values()]);
  return layers
    .filter((layer) => !folded.has(layer))
    .map((spec) => ({ spec, normalisation: normalisationOf.get(spec.name) }));
}
