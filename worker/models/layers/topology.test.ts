import { expect, it } from 'vitest';
import { ModelFormatError } from '../model-errors.ts';
import { readTopology } from './topology.ts';

/** A layer as Keras writes it, in a model that is no chain: each of `calls` names what it reads. */
const layer = (name: string, ...calls: string[][]) => ({
  class_name: 'Add',
  name,
  config: { name },
  inbound_nodes: calls.map((inputs) => inputs.map((input) => [input, 0, 0, {}])),
});

function functional(layers: object[], outputs: unknown[] = [['c', 0, 0]]): object {
  return {
    class_name: 'Model',
    config: { name: 'm', layers, input_layers: [['a', 0, 0]], output_layers: outputs },
  };
}

it('a chain reads as one, whichever Keras wrote it', () => {
  const layers = ['a', 'b'].map((name) => ({ class_name: 'Dense', config: { name } }));
  const read = {
    output: 'b',
    layers: [expect.objectContaining({ inputs: [] }), expect.objectContaining({ inputs: ['a'] })],
  };
  expect(readTopology({ class_name: 'Sequential', config: layers })).toEqual(read);
  const later = { class_name: 'Sequential', config: { name: 's', layers } };
  expect(readTopology(later)).toEqual(read);
  expect(readTopology({ keras_version: '2.2.4', backend: 'tensorflow', model_config: later })).toEqual(read);
});

it('a model that branches says what each layer reads', () => {
  const model = functional([layer('a'), layer('b', ['a']), layer('c', ['a', 'b'])]);
  expect(readTopology(model).layers.map(({ inputs }) => inputs)).toEqual([[], ['a'], ['a', 'b']]);
});

it.each([
  ['no model at all', { nodes: [] }, 'the topology cannot be read'],
  ['a model of another kind', { class_name: 'Tree', config: {} }, 'kind Tree'],
  ['two inputs', functional([layer('a'), layer('b'), layer('c', ['a', 'b'])]), '2 inputs'],
  [
    'two outputs',
    functional(
      [layer('a'), layer('c', ['a'])],
      [
        ['a', 0, 0],
        ['c', 0, 0],
      ],
    ),
    'output_layers',
  ],
  [
    'a layer that is applied twice',
    functional([layer('a'), layer('c', ['a'], ['a'])]),
    'layer c (Add): it is applied 2 times',
  ],
])('refuses %s', (_, topology, message) => {
  expect(() => readTopology(topology)).toThrow(ModelFormatError);
  expect(() => readTopology(topology)).toThrow(message);
});
