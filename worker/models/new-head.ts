import { addNet, addSoftmax } from './convert.ts';
import { ModelFormatError } from './model-errors.ts';
import { DataType, OnnxGraph } from './onnx-writer.ts';
import { splitOutliers } from './split-outliers.ts';
import type { TfliteModel } from './tflite-model.ts';

/** What tells classes apart by a net's features: `logits = features · weights + bias`. */
export interface Head {
  /** [features, classes] */
  readonly weights: Float32Array;
  /** [classes] */
  readonly bias: Float32Array;
}

/**
 * A classifier without its last layer, in int8: what an image is like, before it is said what it is. Input as
 * `convert` has it; output `features`, float [N, features]: 2,048 of Inception v3, the averages of its last planes.
 *
 * @throws {ModelFormatError} The model does not end with an average over all of its planes and one layer more.
 */
export function convertFeatures(model: TfliteModel): Buffer {
  const graph = new OnnxGraph();
  const { features, count } = addBody(graph, model);
  graph.node('Identity', [features], 'features');
  graph.output('features', DataType.float, ['N', count]);
  return graph.encode('classifycloud');
}

/**
 * A classifier with a last layer of one's own: the body as in {@link convertFeatures}, the head in floats; input and
 * output as `convert` has them.
 *
 * @throws {ModelFormatError} As {@link convertFeatures}; or the head is for other features.
 */
export function convertWithHead(model: TfliteModel, { weights, bias }: Head): Buffer {
  const graph = new OnnxGraph();
  const { features, count } = addBody(graph, model);
  if (weights.length !== count * bias.length) {
    throw new ModelFormatError(
      `a head of ${weights.length} weights for ${count} features and ${bias.length} classes`,
    );
  }
  const shape = [count, bias.length];
  const w = graph.constant('head:weights', DataType.float, shape, bytesOf(weights));
  const b = graph.constant('head:bias', DataType.float, [bias.length], bytesOf(bias));
  addSoftmax(graph, graph.node('Gemm', [features, w, b], 'head:logits'), bias.length);
  return graph.encode('classifycloud');
}

function addBody(graph: OnnxGraph, model: TfliteModel): { features: string; count: number } {
  const body = bodyOf(model);
  const pooled = addNet(graph, splitOutliers(body), 'int8');
  return {
    features: graph.node('Flatten', [pooled], 'pooled', { axis: 1 }),
    count: body.output.shape.at(-1) ?? 0,
  };
}

/** The operators up to the last average pool. */
function bodyOf({ input, operators }: TfliteModel): TfliteModel {
  const last = operators.findLastIndex(({ kind }) => kind === 'average-pool');
  const pool = operators[last];
  const after = operators.slice(last + 1).map(({ kind }) => kind);
  if (pool?.output.shape.slice(1, 3).join() !== '1,1' || after.join() !== 'conv,reshape') {
    throw new ModelFormatError('the model does not end with an average over its planes and one layer more');
  }
  return { input, output: pool.output, operators: operators.slice(0, last + 1) };
}

const bytesOf = ({ buffer, byteOffset, byteLength }: Float32Array): Buffer =>
  Buffer.from(buffer, byteOffset, byteLength);
