import * as z from 'zod';
import type { Layer, Translation } from './layer.ts';
import { channelsOf, type Value } from './value.ts';

/** `scale · value + shift`, one of each a channel. Doubles, so that what they are folded into is rounded once. */
export interface Affine {
  readonly scale: Float64Array;
  readonly shift: Float64Array;
}

const batchConfig = z.object({
  axis: z.union([z.int(), z.tuple([z.int()]).transform(([axis]) => axis)]).default(-1),
  epsilon: z.number().positive().default(1e-3),
  center: z.boolean().default(true),
  scale: z.boolean().default(true),
});

const rescalingConfig = z.object({ scale: z.number(), offset: z.number().default(0) });

/**
 * BatchNormalization as it is once training is over, `(value − mean) / √(variance + ε) · γ + β`: one scale and one
 * shift a channel.
 *
 * @param kind Of the value that it normalises.
 */
export function batchAffine(layer: Layer, kind: Value['kind'], channels: number): Affine {
  const { axis, epsilon, center, scale: scaled } = layer.config(batchConfig);
  const last = kind === 'planes' ? 3 : 1;
  if (axis !== -1 && axis !== last) layer.fail(`it normalises along axis ${axis}, not along the channels`);
  const shape = [channels];
  const mean = layer.weight('moving_mean', shape);
  const variance = layer.weight('moving_variance', shape);
  const gamma = scaled ? layer.weight('gamma', shape) : undefined;
  const beta = center ? layer.weight('beta', shape) : undefined;
  const scale = Float64Array.from(variance, (v, i) => (gamma?.[i] ?? 1) / Math.sqrt(v + epsilon));
  const shift = scale.map((s, i) => (beta?.[i] ?? 0) - (mean[i] ?? 0) * s);
  return { scale, shift };
}

/** BatchNormalization that stands alone. */
export const batchNormalisation: Translation = (layer, inputs) => {
  const value = layer.value(inputs);
  return scaleAndShift(layer, value, batchAffine(layer, value.kind, channelsOf(value)));
};

/** A layer's bias, if it has one, with what is folded into the layer. */
export function shiftedBias(bias: Float32Array | undefined, affine: Affine | undefined) {
  if (affine === undefined) return bias && Float32Array.from(bias);
  return Float32Array.from(affine.shift, (shift, i) => (bias?.[i] ?? 0) * (affine.scale[i] ?? 1) + shift);
}

/** Rescaling: one scale and one offset for all. */
export const rescaling: Translation = (layer, inputs) => {
  const { scale, offset } = layer.config(rescalingConfig);
  const affine = { scale: Float64Array.of(scale), shift: Float64Array.of(offset) };
  return scaleAndShift(layer, layer.value(inputs), affine);
};

function scaleAndShift(layer: Layer, value: Value, { scale, shift }: Affine): Value {
  // Along axis 1, the channels, in both; sizes of 1 are spread by ONNX's broadcasting.
  const shape = value.kind === 'planes' ? [1, scale.length, 1, 1] : [1, scale.length];
  const factors = layer.constant('scale', shape, Float32Array.from(scale));
  const terms = layer.constant('shift', shape, Float32Array.from(shift));
  const scaled = layer.graph.node('Mul', [value.name, factors], `${layer.name}:scaled`);
  return { ...value, name: layer.graph.node('Add', [scaled, terms], `${layer.name}:shifted`) };
}
