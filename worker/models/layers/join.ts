import * as z from 'zod';
import type { Layer, Translation } from './layer.ts';
import { channelsOf, type Value } from './value.ts';

/** Concatenate, along the channels. */
export const concatenate: Translation = (layer, inputs) => {
  const first = likeFirst(layer, inputs, (value) => sizes(value).slice(1).join('×'));
  const last = first.kind === 'planes' ? 3 : 1;
  layer.config(z.object({ axis: z.union([z.literal(-1), z.literal(last)]).optional() }));
  const joined = {
    ...first,
    name: layer.graph.node('Concat', namesOf(inputs), `${layer.name}:joined`, { axis: 1 }),
  };
  const channels = inputs.reduce((sum, value) => sum + channelsOf(value), 0);
  return joined.kind === 'planes' ? { ...joined, channels } : { ...joined, size: channels };
};

/** Add, of values of one shape. */
export const add: Translation = (layer, inputs) => {
  const first = likeFirst(layer, inputs, (value) => sizes(value).join('×'));
  const sum = namesOf(inputs).reduce((before, name, i) =>
    layer.graph.node('Add', [before, name], `${layer.name}:sum${i}`),
  );
  return { ...first, name: sum };
};

/** The first of them, once all are found to be like it. */
function likeFirst(layer: Layer, inputs: readonly Value[], shape: (value: Value) => string): Value {
  const first = layer.value(inputs);
  const other = inputs.find((value) => value.kind !== first.kind || shape(value) !== shape(first));
  return other ? layer.fail(`it joins values that do not fit: ${sizes(first)} and ${sizes(other)}`) : first;
}

/** Channels first. */
function sizes(value: Value): number[] {
  return value.kind === 'planes' ? [value.channels, value.height, value.width] : [value.size];
}

const namesOf = (values: readonly Value[]): string[] => values.map(({ name }) => name);
