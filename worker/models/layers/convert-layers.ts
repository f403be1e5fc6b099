import { ModelFormatError } from '../model-errors.ts';
import { DataType, OnnxGraph } from '../onnx-writer.ts';
import { activation, relu, softmax } from './activation.ts';
import { conv2d, depthwiseConv2d, separableConv2d } from './convolution.ts';
import { dense } from './dense.ts';
import { foldNormalisations } from './fold-normalisation.ts';
import { checkInput, type ImageInput, imagePlanes } from './image-input.ts';
import { add, concatenate } from './join.ts';
import { Layer, type Translation, type Weights } from './layer.ts';
import { batchNormalisation, rescaling } from './normalisation.ts';
import { averagePooling, globalAveragePooling, maxPooling } from './pooling.ts';
import { flattening, reshaping } from './shape.ts';
import { readTopology } from './topology.ts';
import type { Value } from './value.ts';

const unchanged: Translation = (layer, inputs) => layer.value(inputs);

/** By the name that Keras has for the class. */
const TRANSLATIONS: ReadonlyMap<string, Translation> = new Map([
  ['Activation', activation],
  ['Add', add],
  ['AveragePooling2D', averagePooling],
  ['BatchNormalization', batchNormalisation],
  ['Concatenate', concatenate],
  ['Conv2D', conv2d],
  ['Dense', dense],
  ['DepthwiseConv2D', depthwiseConv2d],
  ['Dropout', unchanged],
  ['Flatten', flattening],
  ['GlobalAveragePooling2D', globalAveragePooling],
  ['InputLayer', unchanged],
  ['MaxPooling2D', maxPooling],
  ['ReLU', relu],
  ['Rescaling', rescaling],
  ['Reshape', reshaping],
  ['SeparableConv2D', separableConv2d],
  ['Softmax', softmax],
]);

export interface LayersOptions extends ImageInput {
  /** Whether a softmax is to be added: the model's output are logits. */
  readonly softmax: boolean;
}

/**
 * Translates a LayersModel of TensorFlow.js (a Keras model) that classifies images into ONNX. Input `input`, uint8
 * [N, height, width, 3], an image's RGB bytes; output `probabilities`, float [N, classes]. Nothing is approximated:
 * what differs is the order of float additions, and where batch normalisations are folded in, of multiplications. The
 * same model gives the same bytes.
 *
 * @param topology `modelTopology` of a model.json, or what the model's `toJSON` gives.
 * @throws {ModelFormatError} It holds something that has no translation here; the message names the layer.
 */
export function convertLayersModel(topology: unknown, weights: Weights, options: LayersOptions): Buffer {
  const graph = new OnnxGraph();
  const input = graph.input('input', DataType.uint8, ['N', options.input.height, options.input.width, 3]);
  const answer = addLayers(graph, imagePlanes(graph, input, options), topology, weights);
  if (answer.kind !== 'vector')
    throw new ModelFormatError('the model answers with planes, not with a vector');
  if (options.softmax) graph.node('Softmax', [answer.name], 'probabilities', { axis: 1 });
  else graph.node('Identity', [answer.name], 'probabilities');
  graph.output('probabilities', DataType.float, ['N', answer.size]);
  return graph.encode('classifycloud');
}

/**
 * Adds the layers of a model to a graph.
 *
 * @param image What the model's input is given.
 * @returns What its output gives.
 * @throws {ModelFormatError} As {@link convertLayersModel}.
 */
export function addLayers(graph: OnnxGraph, image: Value, topology: unknown, weights: Weights): Value {
  const { layers, output } = readTopology(topology);
  const values = new Map<string, Value>();
  const madeBy = (name: string): Value => {
    const value = values.get(name);
    if (value === undefined) throw new ModelFormatError(`layer ${name} is read before it is made`);
    return value;
  };
  for (const folded of foldNormalisations(layers, output)) {
    const { spec, normalisation } = folded;
    const layer = new Layer(graph, folded, weights);
    const translate = TRANSLATIONS.get(spec.className) ?? layer.fail('it has no translation');
    if (spec.inputs.length === 0) checkInput(layer, image);
    const value = translate(layer, spec.inputs.length === 0 ? [image] : spec.inputs.map(madeBy));
    values.set(spec.name, value);
    if (normalisation) values.set(normalisation.name, value);
  }
  return madeBy(output);
}
