import type { NewModel } from '../manifest.ts';
import { DataType, OnnxGraph } from '../onnx-writer.ts';

const SIDE = 8;
const COLOURS = ['red', 'green', 'blue'];

/**
 * A model of a kilobyte that tells which of red, green and blue an image has most of: one linear layer, and a softmax.
 * @param steepness how sure it is: the logit of a channel that is full
 */
export function colourModel(
  told: Partial<NewModel> = {},
  labels: readonly string[] = COLOURS,
  steepness = 20,
): { model: NewModel; files: Map<string, Buffer> } {
  const model: NewModel = {
    name: 'colours',
    version: '1',
    task: 'classification',
    input: { height: SIDE, width: SIDE },
    preprocessing: {},
    graphs: { fp32: 'fp32.onnx' },
    labels: 'labels.txt',
    memoryMb: 1,
    licence: 'MIT',
    source: 'made by a test',
    ...told,
  };
  const files = new Map([
    ['fp32.onnx', colourGraph(steepness)],
    ['labels.txt', Buffer.from(`${labels.join('\n')}\n`)],
  ]);
  return { model, files };
}

function colourGraph(steepness: number): Buffer {
  const graph = new OnnxGraph();
  const inputs = SIDE * SIDE * COLOURS.length;
  const weights = Buffer.alloc(4 * inputs * COLOURS.length);
  for (let i = 0; i < inputs; i++) {
    const colour = i % COLOURS.length;
    weights.writeFloatLE(steepness / (SIDE * SIDE * 255), 4 * (i * COLOURS.length + colour));
  }
  const image = graph.input('input', DataType.uint8, ['N', SIDE, SIDE, 3]);
  const values = graph.node('Cast', [image], 'values', { to: DataType.float });
  const flat = graph.node('Flatten', [values], 'flat', { axis: 1 });
  const layer = graph.constant('weights', DataType.float, [inputs, COLOURS.length], weights);
  graph.node('Softmax', [graph.node('MatMul', [flat, layer], 'logits')], 'probabilities', { axis: 1 });
  graph.output('probabilities', DataType.float, ['N', COLOURS.length]);
  return graph.encode('classifycloud');
}
