import * as z from 'zod';
import { activate, activationName } from './activation.ts';
import type { Translation } from './layer.ts';
import { batchAffine, shiftedBias } from './normalisation.ts';

const denseConfig = z.object({
  units: z.int().positive(),
  activation: activationName.default('linear'),
  use_bias: z.boolean().default(true),
});

/** Dense, of a vector. */
export const dense: Translation = (layer, inputs) => {
  const input = layer.vector(inputs);
  const { units, activation, use_bias: biased } = layer.config(denseConfig);
  const affine = layer.normalisation && batchAffine(layer.normalisation, 'vector', units);
  const stored = layer.weight('kernel', [input.size, units]);
  const kernel = Float32Array.from(stored, (value, i) => value * (affine?.scale[i % units] ?? 1));
  const names = [input.name, layer.constant('kernel', [input.size, units], kernel)];

  const bias = shiftedBias(biased ? layer.weight('bias', [units]) : undefined, affine);
  if (bias) names.push(layer.constant('bias', [units], bias));

  const name = layer.graph.node('Gemm', names, `${layer.name}:sum`);
  return activate(layer, { kind: 'vector', name, size: units }, activation);
};
