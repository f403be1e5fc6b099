import * as z from 'zod';
import type { Attribute } from '../onnx-writer.ts';
import type { Translation } from './layer.ts';
import { flatten } from './shape.ts';
import { pair, slide, slidingConfig } from './window.ts';

const poolConfig = z.object({ ...slidingConfig, pool_size: pair, strides: pair.nullish() });

const globalConfig = z.object({
  data_format: slidingConfig.data_format,
  keepdims: z.literal(false).optional(),
});

/** MaxPooling2D. */
export const maxPooling: Translation = pool('MaxPool', {});

/** AveragePooling2D. TensorFlow leaves the padding out of the average. */
export const averagePooling: Translation = pool('AveragePool', { count_include_pad: 0 });

/** GlobalAveragePooling2D, to a vector. */
export const globalAveragePooling: Translation = (layer, inputs) => {
  const input = layer.planes(inputs);
  layer.config(globalConfig);
  const name = layer.graph.node('GlobalAveragePool', [input.name], `${layer.name}:average`);
  return flatten(layer, { ...input, name, height: 1, width: 1 });
};

function pool(type: 'MaxPool' | 'AveragePool', more: Record<string, Attribute>): Translation {
  return (layer, inputs) => {
    const input = layer.planes(inputs);
    const { pool_size: kernel, strides, padding } = layer.config(poolConfig);
    const { attributes, ...size } = slide(input, { kernel, strides: strides ?? kernel, padding });
    const name = layer.graph.node(type, [input.name], `${layer.name}:pooled`, { ...attributes, ...more });
    return { ...input, name, ...size };
  };
}
