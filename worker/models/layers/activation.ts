import * as z from 'zod';
import type { Layer, Translation } from './layer.ts';
import type { Value } from './value.ts';

const CHANNELS_AXIS = 1;

export const activationName = z.enum(['linear', 'relu', 'relu6', 'sigmoid', 'softmax', 'tanh']);
type ActivationName = z.infer<typeof activationName>;

/** Applies an activation; onnxruntime fuses ReLUs into the convolution before them. */
export function activate(layer: Layer, value: Value, activation: ActivationName): Value {
  const { graph, name } = layer;
  const output = `${name}:${activation}`;
  const as = (type: string, attributes = {}) => ({
    ...value,
    name: graph.node(type, [value.name], output, attributes),
  });
  switch (activation) {
    case 'linear':
      return value;
    case 'relu':
      return as('Relu');
    case 'relu6':
      return clip(layer, value, 6);
    case 'sigmoid':
      return as('Sigmoid');
    case 'tanh':
      return as('Tanh');
    case 'softmax':
      return as('Softmax', { axis: CHANNELS_AXIS });
  }
}

/** Activation. */
export const activation: Translation = (layer, inputs) =>
  activate(layer, layer.value(inputs), layer.config(z.object({ activation: activationName })).activation);

/** ReLU, with a ceiling where it has one. */
export const relu: Translation = (layer, inputs) => {
  const { max_value: ceiling } = layer.config(
    z.object({
      max_value: z.number().positive().nullish(),
      negative_slope: z.literal(0).nullish(),
      threshold: z.literal(0).nullish(),
    }),
  );
  const value = layer.value(inputs);
  return typeof ceiling === 'number' ? clip(layer, value, ceiling) : activate(layer, value, 'relu');
};

/** Softmax, over the last axis. */
export const softmax: Translation = (layer, inputs) => {
  const value = layer.value(inputs);
  const last = value.kind === 'planes' ? 3 : 1;
  layer.config(z.object({ axis: z.union([z.literal(-1), z.literal(last)]).optional() }));
  return activate(layer, value, 'softmax');
};

function clip({ graph, name }: Layer, value: Value, ceiling: number): Value {
  const bounds = [graph.floatConstant('floor', 0), graph.floatConstant(`ceiling:${ceiling}`, ceiling)];
  return { ...value, name: graph.node('Clip', [value.name, ...bounds], `${name}:clipped`) };
}
