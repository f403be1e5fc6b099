import * as z from 'zod';
import { activate, activationName } from './activation.ts';
import type { Layer, Translation } from './layer.ts';
import { type Affine, batchAffine, shiftedBias } from './normalisation.ts';
import type { Planes } from './value.ts';
import { pair, slide, slidingConfig, type Window } from './window.ts';

const commonConfig = {
  ...slidingConfig,
  kernel_size: pair,
  dilation_rate: pair.default([1, 1]),
  activation: activationName.default('linear'),
  use_bias: z.boolean().default(true),
};
const convConfig = z.object({
  ...commonConfig,
  filters: z.int().positive(),
  groups: z.literal(1).default(1),
});
const depthwiseConfig = z.object({ ...commonConfig, depth_multiplier: z.int().positive().default(1) });
const separableConfig = depthwiseConfig.extend({ filters: z.int().positive() });

/** Conv2D. */
export const conv2d: Translation = (layer, inputs) => {
  const input = layer.planes(inputs);
  const config = layer.config(convConfig);
  const { filters, use_bias: biased, activation } = config;
  const kernel = { what: 'kernel', filters, groups: 1, biased };
  return activate(layer, convolve(layer, input, windowOf(config), kernel, layer.normalisation), activation);
};

/** DepthwiseConv2D: each channel on its own, `depth_multiplier` filters for each. */
export const depthwiseConv2d: Translation = (layer, inputs) => {
  const input = layer.planes(inputs);
  const config = layer.config(depthwiseConfig);
  const kernel = { ...depthwiseKernel(input, config.depth_multiplier), biased: config.use_bias };
  return activate(
    layer,
    convolve(layer, input, windowOf(config), kernel, layer.normalisation),
    config.activation,
  );
};

/** SeparableConv2D: a depthwise convolution, then one of 1×1 that mixes the channels. */
export const separableConv2d: Translation = (layer, inputs) => {
  const input = layer.planes(inputs);
  const config = layer.config(separableConfig);
  const { filters, use_bias: biased, depth_multiplier: multiplier, activation } = config;
  const each = convolve(layer, input, windowOf(config), depthwiseKernel(input, multiplier));
  const pointwise: Window = { kernel: [1, 1], strides: [1, 1], padding: 'valid' };
  const kernel = { what: 'pointwise_kernel', filters, groups: 1, biased };
  return activate(layer, convolve(layer, each, pointwise, kernel, layer.normalisation), activation);
};

interface Kernel {
  /** Name of the weights. */
  readonly what: string;
  readonly filters: number;
  /** In how many parts the channels are taken: 1, or each channel is one. */
  readonly groups: number;
  readonly biased: boolean;
}

function convolve(
  layer: Layer,
  input: Planes,
  window: Window,
  { what, filters, groups, biased }: Kernel,
  normalisation?: Layer,
): Planes {
  const affine = normalisation && batchAffine(normalisation, 'planes', filters);
  const [rows, columns] = window.kernel;
  const perGroup = input.channels / groups;
  // A depthwise kernel is [height, width, channels, multiplier]: in memory the same as with the two as one axis.
  const stored = layer.weight(what, [rows, columns, input.channels, filters / groups]);
  const weights = toOihw(stored, { area: rows * columns, channels: perGroup, filters }, affine);
  const names = [input.name, layer.constant(what, [filters, perGroup, rows, columns], weights)];

  const bias = shiftedBias(biased ? layer.weight('bias', [filters]) : undefined, affine);
  if (bias) names.push(layer.constant(`${what}:bias`, [filters], bias));

  const { attributes, height, width } = slide(input, window);
  const name = layer.graph.node('Conv', names, `${layer.name}/${what}:sum`, {
    ...attributes,
    ...(groups > 1 && { group: groups }),
  });
  return { kind: 'planes', name, channels: filters, height, width };
}

/** From TensorFlow's [height, width, channels, filters] to ONNX's [filters, channels, height, width]. */
function toOihw(
  stored: Float32Array,
  { area, channels, filters }: { area: number; channels: number; filters: number },
  affine: Affine | undefined,
): Float32Array<ArrayBuffer> {
  const weights = new Float32Array(stored.length);
  let at = 0;
  for (let filter = 0; filter < filters; filter++) {
    const scale = affine?.scale[filter] ?? 1;
    for (let channel = 0; channel < channels; channel++) {
      for (let p = 0; p < area; p++) {
        weights[at++] = (stored[(p * channels + channel) * filters + filter] ?? 0) * scale;
      }
    }
  }
  return weights;
}

function windowOf(config: z.infer<typeof convConfig> | z.infer<typeof depthwiseConfig>): Window {
  const { kernel_size: kernel, strides, padding, dilation_rate: dilations } = config;
  return { kernel, strides, padding, dilations };
}

function depthwiseKernel({ channels }: Planes, multiplier: number): Kernel {
  return { what: 'depthwise_kernel', filters: channels * multiplier, groups: channels, biased: false };
}
