import { checkConvolution } from './activation.ts';
import { fp32Lowering } from './lower-fp32.ts';
import { int8Lowering } from './lower-int8.ts';
import type { Lowering, Precision } from './lowering.ts';
import { ModelFormatError } from './model-errors.ts';
import { DataType, OnnxGraph } from './onnx-writer.ts';
import { windowAttributes } from './sliding-window.ts';
import { splitOutliers } from './split-outliers.ts';
import type { Operator, Tensor, TfliteModel } from './tflite-model.ts';

const LOWERINGS: Record<Precision, Lowering> = { int8: int8Lowering, fp32: fp32Lowering };
const CHANNELS_AXIS = 1;

/**
 * Translates a uint8 TFLite classifier into ONNX. Every parameter is the file's own: nothing is calibrated,
 * nothing trained. Input `input`, uint8 [N, height, width, 3], an image's RGB bytes; output
 * `probabilities`, float [N, classes], 0..1, softmax included. The same model gives the same bytes.
 *
 * @throws {ModelFormatError} The model holds something that has no translation here.
 */
export function convert(model: TfliteModel, precision: Precision): Buffer {
  return buildGraph(precision === 'int8' ? splitOutliers(model) : model, precision).encode('classifycloud');
}

/** The graph that {@link convert} encodes, of a model whose weights are as they are to be. */
export function buildGraph(model: TfliteModel, precision: Precision): OnnxGraph {
  const graph = new OnnxGraph();
  addSoftmax(graph, addNet(graph, model, precision), model.output.shape.at(-1) ?? 0);
  return graph;
}

/** Ends a graph: `probabilities`, float [N, classes], from logits. */
export function addSoftmax(graph: OnnxGraph, logits: string, classes: number): void {
  graph.node('Softmax', [logits], 'probabilities', { axis: 1 });
  graph.output('probabilities', DataType.float, ['N', classes]);
}

/** Adds a model's operators to a graph, from `input` on. @returns the name of what the last one gives, floats */
export function addNet(graph: OnnxGraph, model: TfliteModel, precision: Precision): string {
  const lowering = LOWERINGS[precision];
  const names = new Map<Tensor, string>();

  const image = graph.input('input', DataType.uint8, ['N', ...model.input.shape.slice(1)]);
  const planes = graph.node('Transpose', [image], 'input:planes', { perm: [0, 3, 1, 2] });
  names.set(model.input, lowering.image(graph, planes, model.input));

  for (const operator of model.operators) {
    const value = addOperator(graph, lowering, operator, (tensor) => nameOf(names, tensor));
    names.set(operator.output, lowering.rounded(graph, value, operator.output));
  }
  return nameOf(names, model.output);
}

function addOperator(
  graph: OnnxGraph,
  lowering: Lowering,
  operator: Operator,
  name: (tensor: Tensor) => string,
): string {
  const output = operator.output.name;
  switch (operator.kind) {
    case 'conv':
      checkConvolution(operator);
      return lowering.conv(graph, name(operator.input), operator);
    case 'max-pool':
      return graph.node('MaxPool', [name(operator.input)], output, windowAttributes(operator));
    case 'average-pool': {
      const attributes = { ...windowAttributes(operator), count_include_pad: 0 };
      const x = lowering.beforeAveragePool(graph, name(operator.input), operator);
      return graph.node('AveragePool', [x], output, attributes);
    }
    case 'concat':
      return graph.node('Concat', operator.inputs.map(name), output, { axis: CHANNELS_AXIS });
    case 'reshape':
      // [N, classes, 1, 1] to [N, classes], the only reshape of such nets: the bytes keep their order.
      return graph.node('Flatten', [name(operator.input)], output, { axis: 1 });
  }
}

function nameOf(names: ReadonlyMap<Tensor, string>, tensor: Tensor): string {
  const name = names.get(tensor);
  if (name === undefined) throw new ModelFormatError(`${tensor.name} is read before it is made`);
  return name;
}
