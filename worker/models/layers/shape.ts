import * as z from 'zod';
import type { Layer, Translation } from './layer.ts';
import type { Value, Vector } from './value.ts';

const TO_TENSORFLOW = { perm: [0, 2, 3, 1] };
const TO_ONNX = { perm: [0, 3, 1, 2] };

/** Planes as one vector in TensorFlow's order, which is the one that a Dense after it has learnt. */
export function flatten(layer: Layer, value: Value): Vector {
  if (value.kind === 'vector') return value;
  const { name, channels, height, width } = value;
  const { graph } = layer;
  const ordered =
    height * width === 1
      ? name
      : graph.node('Transpose', [name], `${layer.name}:channels-last`, TO_TENSORFLOW);
  const flat = graph.node('Flatten', [ordered], `${layer.name}:flat`, { axis: 1 });
  return { kind: 'vector', name: flat, size: channels * height * width };
}

/** Flatten. */
export const flattening: Translation = (layer, inputs) => flatten(layer, layer.value(inputs));

/** Reshape, to a vector or to planes. */
export const reshaping: Translation = (layer, inputs) => {
  const vector = flatten(layer, layer.value(inputs));
  const { target_shape: target } = layer.config(z.object({ target_shape: z.array(z.int()) }));
  const known = target.filter((size) => size !== -1).reduce((product, size) => product * size, 1);
  const shape = target.map((size) => (size === -1 ? vector.size / known : size));
  if (shape.reduce((product, size) => product * size, 1) !== vector.size) {
    layer.fail(`${vector.size} values do not make ${target.join('×')}`);
  }
  if (shape.length === 1) return vector;
  const [height, width, channels] = shape;
  if (shape.length !== 3 || height === undefined || width === undefined || channels === undefined) {
    return layer.fail(`it makes ${target.join('×')}, which is neither a vector nor planes`);
  }
  const { graph } = layer;
  const names = [vector.name, graph.integers(`${layer.name}:shape`, [-1, height, width, channels])];
  const shaped = graph.node('Reshape', names, `${layer.name}:reshaped`);
  const name = graph.node('Transpose', [shaped], `${layer.name}:planes`, TO_ONNX);
  return { kind: 'planes', name, channels, height, width };
};
